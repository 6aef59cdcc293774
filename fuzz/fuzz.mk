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
FUZZ_OF_READER := reading.c lines.c
FUZZ_OF_differential := pair.c known.c classes.c finding.c mutate.c mutator.c
FUZZ_OF_machine := machine_limiter.c machine_run.c
# only with libFuzzer
FUZZ_MUTATORS := %/mutate.o %/mutator.o %/lines.o

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
$(eval $(call variant,fuzz-plain,clang,-O2 -g,$(LIBS)))
$(eval $(call fuzz_target,fuzz-plain,differential,clang -O2 -fsanitize=fuzzer))
# with all that libFuzzer's own mutations live by
$(eval $(call variant,fuzz-blind,clang,-O2 -g -fsanitize=fuzzer-no-link,$(LIBS)))
$(eval $(call fuzz_target,fuzz-blind,differential,clang -O2 -fsanitize=fuzzer))

# What is fuzzed is what two kernels do: only their decisions are counted, not what makes an input,
# looks for causes and checks; by blocks, for edges more than double the counters that libFuzzer goes
# through after each input, and without comparisons, for the mutator knows them. With sanitizers the
# other targets need what they share counted.
FUZZ_COUNTED   := kernels/table.c
FUZZ_UNCOUNTED := $(addprefix fuzz/,differential.c $(FUZZ_OF_differential)) kernels/rules.c \
		  $(addprefix diff/,cause.c class.c compare.c)
$(foreach v,fuzz fuzz-plain,$(FUZZ_COUNTED:%.c=$(BUILD)/$(v)/%.o)): \
	CPPFLAGS += -fno-sanitize-coverage=edge,stack-depth,indirect-calls,trace-cmp \
		    -fsanitize-coverage=bb,inline-8bit-counters,pc-table
$(FUZZ_UNCOUNTED:%.c=$(BUILD)/fuzz/%.o): \
	CPPFLAGS += -fno-sanitize-coverage=inline-8bit-counters,indirect-calls,trace-cmp,pc-table

# each target as a program that runs on files
fuzz_run_objects = $(filter-out $(FUZZ_MUTATORS),$(call fuzz_objects,check,$(1)))
define fuzz_run
$(BUILD)/check/fuzz/$(1): $(call fuzz_run_objects,$(1)) $(BUILD)/check/fuzz/driver.o \
			  $(BUILD)/check/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(SANITIZE) $$(LDFLAGS) $$^ $$(LIBS) -o $$@
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzz_run,$(t))))

# Bounded, and the same every time.
FUZZ_RUNS ?= 100000
fuzz-smoke: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) $(FUZZ_TARGETS:%=$(BUILD)/check/fuzz/%) \
	    $(BUILD)/fuzz-plain/differential $(BUILD)/check/tcpoom
	$(Q)fuzz/smoke $(BUILD) $(FUZZ_RUNS) $(FUZZ_TARGETS)

# AFL++: persistent, with inputs in shared memory; for CmpLog; with sanitizers
$(eval $(call variant,afl,AFL_QUIET=1 afl-clang-fast,-O2 -g))
$(eval $(call variant,afl-cmplog,AFL_QUIET=1 AFL_LLVM_CMPLOG=1 afl-clang-fast,-O2 -g))
$(eval $(call variant,afl-asan,AFL_QUIET=1 AFL_USE_ASAN=1 AFL_USE_UBSAN=1 afl-clang-fast,-O1 -g))
afl_objects = $(filter-out $(FUZZ_MUTATORS),$(call fuzz_objects,$(1),$(2)))
define afl_target
$(BUILD)/$(1)/$(2): $(call afl_objects,$(1),$(2)) $(BUILD)/$(1)/fuzz/driver.o \
		    $(BUILD)/$(1)/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$(3) afl-clang-fast $$(LDFLAGS) $$^ $$(LIBS) -o $$@
endef
$(foreach t,$(FUZZ_TARGETS),\
	$(eval $(call afl_target,afl,$(t),AFL_QUIET=1)) \
	$(eval $(call afl_target,afl-cmplog,$(t),AFL_QUIET=1 AFL_LLVM_CMPLOG=1)) \
	$(eval $(call afl_target,afl-asan,$(t),AFL_QUIET=1 AFL_USE_ASAN=1 AFL_USE_UBSAN=1)))
$(BUILD)/afl/mutator.so: fuzz/mutator.c fuzz/mutate.c fuzz/mutate.h fuzz/record.h
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)clang $(filter-out -MMD -MP,$(BASE)) -O2 -fPIC -shared -DTCPOOM_FUZZ_AFL \
		$(filter %.c,$^) -o $@

# A campaign on all cores; again: it goes on.
FUZZ_TARGET  ?= differential
FUZZ_SECONDS ?= 3600
fuzz: $(foreach v,afl afl-cmplog afl-asan,$(BUILD)/$(v)/$(FUZZ_TARGET)) $(BUILD)/afl/mutator.so \
      $(BUILD)/check/tcpoom
	$(Q)fuzz/campaign $(BUILD) $(FUZZ_TARGET) $(FUZZ_SECONDS)

# What the mutator is worth: EVAL_PAIRS as "A,B A,B ...", or all neighbours; EVAL_HOW=with: only
# with it, which is much quicker.
EVAL_SECONDS ?= 60
EVAL_ROUNDS  ?= 3
EVAL_PAIRS   ?= 2.6.16,2.6.17 3.17,3.18 4.10,4.13 5.1,5.16
fuzz-eval: $(BUILD)/fuzz-plain/differential $(BUILD)/fuzz-blind/differential $(BUILD)/release/tcpoom
	$(Q)fuzz/evaluate $(BUILD) $(EVAL_SECONDS) $(EVAL_ROUNDS) $(EVAL_PAIRS)

# For OSS-Fuzz: what fuzz/oss-fuzz/build.sh asks for.
$(eval $(call variant,oss-fuzz,$$(CC),-g,$$(LIBS)))
define oss_fuzz_target
$(OSS_FUZZ_OUT)/$(1): $(call fuzz_objects,oss-fuzz,$(1)) $(BUILD)/oss-fuzz/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$(OSS_FUZZ_CXX) $(OSS_FUZZ_CXXFLAGS) $$^ $(OSS_FUZZ_ENGINE) $$(LIBS) -o $$@
	$$(Q)cp fuzz/words.dict $$@.dict
endef
ifneq ($(OSS_FUZZ_OUT),)
$(foreach t,$(FUZZ_TARGETS),$(eval $(call oss_fuzz_target,$(t))))
.PHONY: oss-fuzz
oss-fuzz: $(FUZZ_TARGETS:%=$(OSS_FUZZ_OUT)/%) $(BUILD)/oss-fuzz/tcpoom
	$(Q)fuzz/seeds $(BUILD)/oss-fuzz/tcpoom $(BUILD)/seeds
	$(Q)cd $(BUILD)/seeds && for target in *; do \
		python3 -m zipfile -c $(OSS_FUZZ_OUT)/$${target}_seed_corpus.zip $$target; done
endif
