# SPDX-License-Identifier: GPL-2.0-only
# The fuzz targets, in the variants that fuzz/README.md tells of.
.PHONY: fuzz fuzz-smoke fuzz-eval

FUZZ_READERS := $(patsubst fuzz/%.c,%,$(wildcard fuzz/read_*.c))
FUZZ_TARGETS := $(FUZZ_READERS) differential machine

# The ledger is a part of the target, which then runs anywhere.
$(BUILD)/known_ledger.c: fuzz/known.ledger
	$(call say,TEXT,$@)
	@mkdir -p $(@D)
	$(Q){ echo 'extern const char fuzz_known_ledger[];'; \
		echo 'const char fuzz_known_ledger[] ='; \
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $<; echo ';'; } >$@

# What each target is made of besides the library.
FUZZ_OF_READER := reading.c
FUZZ_OF_differential := pair.c known.c classes.c finding.c mutate.c mutator.c
FUZZ_OF_machine := machine_limiter.c machine_run.c

# objects(variant, target): of a target
fuzz_objects = $(addprefix $(BUILD)/$(1)/fuzz/,$(2:%=%.o) \
		$(patsubst %.c,%.o,$(or $(FUZZ_OF_$(2)),$(FUZZ_OF_READER)))) \
	       $(if $(filter differential,$(2)),$(BUILD)/$(1)/$(BUILD)/known_ledger.o)

# target(variant, target, linker, libraries)
define fuzz_target
$(BUILD)/$(1)/$(2): $(call fuzz_objects,$(1),$(2)) $(5) $(BUILD)/$(1)/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$(3) $$(LDFLAGS) $$^ $(4) $$(LIBS) -o $$@
endef

# libFuzzer with sanitizers, and without them for speed
FUZZ_SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
		 -fno-omit-frame-pointer
$(eval $(call variant,fuzz,clang,$(FUZZ_SANITIZE) -fsanitize=fuzzer-no-link,$(LIBS)))
$(foreach t,$(FUZZ_TARGETS),\
	$(eval $(call fuzz_target,fuzz,$(t),clang $(FUZZ_SANITIZE) -fsanitize=fuzzer)))
$(eval $(call variant,fuzz-plain,clang,-O2 -g -fsanitize=fuzzer-no-link,$(LIBS)))
$(eval $(call fuzz_target,fuzz-plain,differential,clang -O2 -fsanitize=fuzzer))

# each target as a program that runs on files
fuzz_run_objects = $(filter-out %/mutate.o %/mutator.o,$(call fuzz_objects,check,$(1)))
define fuzz_run
$(BUILD)/check/fuzz/$(1): $(call fuzz_run_objects,$(1)) $(BUILD)/check/fuzz/driver.o \
			  $(BUILD)/check/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(SANITIZE) $$(LDFLAGS) $$^ $$(LIBS) -o $$@
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzz_run,$(t))))

# Bounded, and the same every time.
FUZZ_RUNS ?= 200000
fuzz-smoke: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) $(FUZZ_TARGETS:%=$(BUILD)/check/fuzz/%) \
	    $(BUILD)/check/tcpoom
	$(Q)fuzz/smoke $(BUILD) $(FUZZ_RUNS)
