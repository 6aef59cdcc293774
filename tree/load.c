/* SPDX-License-Identifier: GPL-2.0-only */
#include "load.h"

#include <dlfcn.h>
#include <string.h>

/* What a model of someone else may write into a verdict. */
static bool is_sound(const struct tcpoom_verdict *v)
{
	if (v->outcome >= TCPOOM_OUTCOMES || v->messages > 2)
		return false;
	for (unsigned i = 0; i < v->messages; i++)
		if (v->message[i] >= TCPOOM_MESSAGES)
			return false;
	return true;
}

static enum tcpoom_status decide(const struct tcpoom_kernel *k, const struct tcpoom_state *s,
				 struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	const struct tcpoom_loaded *loaded = (const struct tcpoom_loaded *)k;
	const struct tcpoom_kernel *model = loaded->model;
	struct tcpoom_verdict same;
	enum tcpoom_status status;

	v->blame = TCPOOM_F_entry;
	status = model->decide(model, s, v, NULL);
	if (status != TCPOOM_OK && v->blame >= TCPOOM_FIELDS)
		v->blame = TCPOOM_F_entry;
	if (status == TCPOOM_OK && !is_sound(v)) {
		v->blame = TCPOOM_F_entry;
		status = TCPOOM_UNMODELLED;
	}
	if (status != TCPOOM_OK || !t)
		return status;
	if (!k->rules || tcpoom_rules_decide(k->rules, s, &same, t) != TCPOOM_OK ||
	    !tcpoom_verdict_same(v, &same))
		t->count = 0;
	return TCPOOM_OK;
}

bool tcpoom_load(struct tcpoom_loaded *loaded, const char *path, struct tcpoom_error *e)
{
	const unsigned *constants;

	*loaded = (struct tcpoom_loaded){ .handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) };
	*e = (struct tcpoom_error){ .file = path };
	if (!loaded->handle) {
		const char *why = dlerror();

		/* it says the path first */
		if (!strncmp(why, path, strlen(path)) && why[strlen(path)] == ':')
			why += strlen(path) + 2;
		return tcpoom_fail(e, 0, "%s", why);
	}
	loaded->model = dlsym(loaded->handle, "tcpoom_model");
	if (!loaded->model || !loaded->model->decide || loaded->model->abi != TCPOOM_ABI) {
		if (!loaded->model)
			tcpoom_fail(e, 0, "it is no model: it has no tcpoom_model");
		else
			tcpoom_fail(e, 0, "it was built for interface %u, this is %u",
				    loaded->model->abi, TCPOOM_ABI);
		tcpoom_unload(loaded);
		return false;
	}
	loaded->kernel = *loaded->model;
	loaded->kernel.name = path;
	loaded->kernel.rules = NULL;
	loaded->kernel.decide = decide;
	loaded->constant = dlsym(loaded->handle, "tcpoom_model_constants");
	constants = dlsym(loaded->handle, "tcpoom_model_constant_count");
	loaded->constants = loaded->constant && constants ? *constants : 0;
	return true;
}

void tcpoom_unload(struct tcpoom_loaded *loaded)
{
	if (loaded->handle)
		dlclose(loaded->handle);
	loaded->handle = NULL;
}
