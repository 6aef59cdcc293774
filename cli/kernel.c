/* SPDX-License-Identifier: GPL-2.0-only */
/* What a KERNEL on the command line is: a release, a row of the table, or a loadable model. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../diff/identify.h"
#include "../tree/load.h"
#include "cli.h"

const struct tcpoom_kernel *cli_release(const char *string, struct tcpoom_resolution *r)
{
	char names[120] = "";

	tcpoom_release_resolve(string, r);
	if (r->evidence == TCPOOM_NO_RELEASE && strchr(string, '/')) {
		cli_error("%s: a model only decides; the counters, timers, limiter and defaults "
			  "around it are a release's: name one here",
			  string);
		return NULL;
	}
	if (r->evidence == TCPOOM_NO_RELEASE) {
		cli_error("\"%s\" is no release: %s", string, r->why);
		return NULL;
	}
	if (r->evidence != TCPOOM_AMBIGUOUS)
		return r->candidate[0];
	for (unsigned i = 0; i < r->candidates; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? ", " : "", r->candidate[i]->name);
	if (r->candidates == 1)
		cli_error("\"%s\" is ambiguous, though its number allows for %s alone: give that "
			  "to "
			  "accept it (%s)",
			  string, names, r->why);
	else
		cli_error("\"%s\" is ambiguous: it decides as one of %s (%s)", string, names,
			  r->why);
	return NULL;
}

bool cli_bits(const char *string, unsigned *bits)
{
	*bits = strcmp(string, "32") ? 64 : 32;
	if (*bits == 32 || !strcmp(string, "64"))
		return true;
	cli_error("found --bits=%s, expected 32 or 64", string);
	return false;
}

/* Models stay loaded until the command ends. */
struct model {
	struct tcpoom_loaded loaded;
	struct model *next;
};

static struct tcpoom_loaded *load(const char *path)
{
	static struct model *models;
	struct model *model = malloc(sizeof(*model));
	struct tcpoom_error e;

	if (!model) {
		cli_error("out of memory");
		return NULL;
	}
	if (!tcpoom_load(&model->loaded, path, &e)) {
		cli_input_error(&e);
		free(model);
		return NULL;
	}
	model->next = models;
	models = model;
	return &model->loaded;
}

const struct tcpoom_kernel *cli_model(const char *string, struct tcpoom_resolution *r)
{
	struct tcpoom_loaded *loaded;

	if (!strchr(string, '/'))
		return cli_release(string, r);
	loaded = load(string);
	if (!loaded)
		return NULL;
	*r = (struct tcpoom_resolution){ .evidence = TCPOOM_INFERRED, .candidates = 1 };
	r->candidate[0] = &loaded->kernel;
	return &loaded->kernel;
}

const struct tcpoom_kernel *cli_kernel(const char *string, struct tcpoom_resolution *r)
{
	const struct tcpoom_kernel *kernel = cli_model(string, r);
	struct tcpoom_identity id;
	struct tcpoom_loaded *loaded;

	if (!kernel || kernel->rules)
		return kernel;
	loaded = (struct tcpoom_loaded *)kernel;
	if (!tcpoom_identify(kernel,
			     &(struct tcpoom_numbers){ loaded->constant, loaded->constants },
			     loaded->model->name, &id)) {
		cli_error("out of memory");
		return NULL;
	}
	loaded->rules = id.rules;
	loaded->kernel.rules = &loaded->rules;
	snprintf(r->why, sizeof(r->why),
		 "asked in %" PRIu64 " states, of which these rules decide %" PRIu64 " otherwise; "
		 "the limiter is that of %s",
		 id.states, id.differs, id.nearest->name);
	return kernel;
}

bool cli_is_loaded(const struct tcpoom_kernel *kernel, struct tcpoom_numbers *numbers)
{
	const struct tcpoom_loaded *loaded = (const struct tcpoom_loaded *)kernel;

	if (kernel >= tcpoom_kernels && kernel < tcpoom_kernels + TCPOOM_KERNELS)
		return false;
	*numbers = (struct tcpoom_numbers){ loaded->constant, loaded->constants };
	return true;
}
