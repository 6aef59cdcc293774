# SPDX-License-Identifier: GPL-2.0-only
# tcpoom: `make help` says what there is to make. Every build lives in build/VARIANT, so that
# variants do not disturb each other; a new .c file is found without an edit here.

VERSION  := 0.1
PREFIX   ?= /usr/local
DESTDIR  ?=
V        ?=

ifeq ($(origin CC),default)
CC := gcc
endif
# another compiler builds beside the first one
BUILD    ?= build$(if $(filter-out gcc,$(CC)),/$(notdir $(CC)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Werror
BASE     := -std=c11 -D_POSIX_C_SOURCE=200809L -DTCPOOM_VERSION='"$(VERSION)"' \
	    -DTCPOOM_SHARE='"$(PREFIX)/share/tcpoom"' $(WARNINGS) -MMD -MP
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

OWN_TEXTS := tree/model/environment.h tree/model/model.c model/kernel.h model/state.h \
	     model/verdict.h model/ticks.h model/fields.def
LIB_SRC  := $(wildcard model/*.c kernels/*.c traces/*.c diff/*.c advice/*.c tree/*.c record/*.c) $(BUILD)/own_texts.c \
	    $(BUILD)/alarm_texts.c
CLI_SRC  := $(wildcard cli/*.c)
TEST_SRC := $(wildcard tests/*.c)
HEADERS  := $(wildcard model/*.h model/*.def diff/*.h diff/*.def advice/*.h advice/*.def) kernels/rules.h \
	    kernels/rules.def kernels/machine.h kernels/defaults.h traces/workload.h \
	    traces/workload.def kernels/table.h kernels/table.def kernels/release.h \
	    traces/error.h traces/value.h traces/csv.h traces/trace.h traces/write.h

# What `tcpoom advice` judges, with the traces and workloads that it names.
CLAIMS   := $(wildcard advice/claims/*) $(wildcard traces/scenarios/*.trace traces/workloads/*.workload)

ifeq ($(V),)
Q := @
say = @printf '  %-6s %s\n' $(1) $(2)
endif

.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.PHONY: FORCE tcpoom-record check-kernels all check check-portable check-install bench coverage static mutants judge install demo format help clean man
all: $(BUILD)/release/tcpoom $(BUILD)/release/libtcpoom.a

# Debian has no zlib and zstd for musl; what is used of them needs nothing that musl lacks.
LIBS      := -lz -lzstd -ldl
MUSL_LIBS := $(addprefix /usr/lib/x86_64-linux-gnu/,libz.a libzstd.a)
# headers that do not depend on the target
SYSTEM    := -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu

# texts(array, type, header, folder): C with the text of each file, and its name without the folder
texts = $(Q){ printf '\#include "%s/$(3)"\n' '$(CURDIR)'; \
		echo 'const struct $(2) $(1)[] = {'; \
		for text in $^; do printf '{ "%s",\n' $${text\#$(4)}; \
			sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $$text; echo '},'; \
		done; echo '{ 0 } };'; } >$@

# What the text of a kernel tree is compiled with is a part of the command, and so are the alarms.
$(BUILD)/own_texts.c: $(OWN_TEXTS)
	$(call say,TEXTS,$@)
	@mkdir -p $(@D)
	$(call texts,tcpoom_own_texts,tcpoom_own_text,tree/cut.h,tree/model/)
$(BUILD)/alarm_texts.c: $(sort $(wildcard advice/alarms/*.alarms))
	$(call say,TEXTS,$@)
	@mkdir -p $(@D)
	$(call texts,tcpoom_alarm_texts,tcpoom_alarm_text,advice/alarm_rules.h,advice/alarms/)

# variant(name, compiler, flags, libraries): how build/name/ is made
define variant
$(BUILD)/$(1)/%.o: %.c
	$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$(Q)$(2) $$(BASE) $(3) $$(CPPFLAGS) $$(CFLAGS) -c $$< -o $$@
$(BUILD)/$(1)/libtcpoom.a: $$(LIB_SRC:%.c=$(BUILD)/$(1)/%.o)
	$(call say,AR,$$@)
	$(Q)rm -f $$@
	$(Q)ar rcs $$@ $$^
$(BUILD)/$(1)/tcpoom: $$(CLI_SRC:%.c=$(BUILD)/$(1)/%.o) $(BUILD)/$(1)/libtcpoom.a
	$(call say,LINK,$$@)
	$(Q)$(2) $(3) $$(LDFLAGS) $$^ $(4) -o $$@
-include $$(shell find $(BUILD)/$(1) -name '*.d' 2>/dev/null)
endef

$(eval $(call variant,release,$$(CC),-O2,$$(LIBS)))
$(eval $(call variant,check,$$(CC),$$(SANITIZE),$$(LIBS)))
$(eval $(call variant,coverage,gcc,-O0 -g --coverage,$$(LIBS)))
$(eval $(call variant,musl,musl-gcc,-O2 -static $$(SYSTEM),$$(MUSL_LIBS)))
$(eval $(call variant,i686,i686-linux-gnu-gcc,-O2 -static $$(SYSTEM)))
$(eval $(call variant,arm64,aarch64-linux-gnu-gcc,-O2 -static $$(SYSTEM)))
$(eval $(call variant,s390x,s390x-linux-gnu-gcc,-O2 -static $$(SYSTEM)))

# The tests: all under CUnit with sanitizers, the suites of the model alone on other targets. Memory
# runs out where a test wants it to.
NO_MEMORY := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup
$(BUILD)/check/tests/run: $(TEST_SRC:%.c=$(BUILD)/check/%.o) $(BUILD)/check/libtcpoom.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $(NO_MEMORY) $^ -lcunit $(LIBS) -o $@

# without sanitizers, for what runs them over and over
$(BUILD)/release/tests/run: $(TEST_SRC:%.c=$(BUILD)/release/%.o) $(BUILD)/release/libtcpoom.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $(NO_MEMORY) $^ -lcunit $(LIBS) -o $@

check: $(BUILD)/check/tests/run $(BUILD)/check/tcpoom
	$(Q)TCPOOM=$(BUILD)/check/tcpoom $(BUILD)/check/tests/run

PORTABLE_SRC := tests/portable/main.c tests/check.c tests/state_text.c tests/golden.c \
		tests/sequence.c tests/test_vectors.c tests/test_history.c tests/test_state.c \
		tests/test_release.c tests/test_ratelimit.c tests/test_orphan_count.c tests/test_memory.c \
		tests/test_run.c tests/test_workload.c tests/test_defaults.c
define portable
$(BUILD)/$(1)/tests/portable/run: $$(PORTABLE_SRC:%.c=$(BUILD)/$(1)/%.o) $(BUILD)/$(1)/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$(2) -O2 -static $$^ -o $$@
endef
$(eval $(call portable,musl,musl-gcc))
$(eval $(call portable,i686,i686-linux-gnu-gcc))
$(eval $(call portable,s390x,s390x-linux-gnu-gcc))

check-portable: $(foreach v,musl i686 s390x,$(BUILD)/$(v)/tests/portable/run)
	@printf 'musl:   ' && $(BUILD)/musl/tests/portable/run
	@printf 'i686:   ' && qemu-i386 $(BUILD)/i686/tests/portable/run
	@printf 's390x:  ' && qemu-s390x $(BUILD)/s390x/tests/portable/run

# The atlas and the surveys of each two neighbours before random states.
JUDGE_STATES ?= 100000000
$(BUILD)/release/tests/judge/run: $(BUILD)/release/tests/judge/main.o \
				  $(BUILD)/release/tests/judge.o $(BUILD)/release/tests/judge_survey.o \
				  $(BUILD)/release/libtcpoom.a
	$(call say,LINK,$@)
	$(Q)$(CC) -O2 $(LDFLAGS) $^ $(LIBS) -o $@

judge: $(BUILD)/release/tests/judge/run
	$(Q)$< $(JUDGE_STATES)

include fuzz/fuzz.mk

# Real kernels in guests as the judge, and that the judge notices a wrong rule. KERNEL=VMLINUZ...:
# those instead of Debian's. ARCH=arm64: of that machine (needs qemu-system-arm,
# gcc-aarch64-linux-gnu and libc6-dev-arm64-cross).
KERNEL ?=
export ARCH ?=
check-kernels: $(BUILD)/release/tcpoom $(BUILD)/$(if $(filter arm64,$(ARCH)),arm64,musl)/tcpoom-record
	$(Q)guest/check-kernels $(BUILD)/guest $^ $(KERNEL) >$(BUILD)/guest.log 2>&1 || \
		{ cat $(BUILD)/guest.log; exit 1; }
	$(Q)if ls $(BUILD)/guest/*-one.trace >/dev/null 2>&1; then guest/check-seeded $(BUILD)/guest; fi
	@cat $(BUILD)/guest.log

# Line and branch coverage of the whole test run; build/coverage/html/index.html.
LCOV := lcov --quiet --rc lcov_branch_coverage=1
$(BUILD)/coverage/tests/run: $(TEST_SRC:%.c=$(BUILD)/coverage/%.o) $(BUILD)/coverage/libtcpoom.a
	$(call say,LINK,$@)
	$(Q)gcc --coverage $(NO_MEMORY) $^ -lcunit $(LIBS) -o $@

coverage: $(BUILD)/coverage/tests/run $(BUILD)/coverage/tcpoom
	$(Q)find $(BUILD)/coverage -name '*.gcda' -delete
	$(Q)TCPOOM=$(BUILD)/coverage/tcpoom $(BUILD)/coverage/tests/run >$(BUILD)/coverage/log 2>&1 \
		|| { cat $(BUILD)/coverage/log; exit 1; }
	$(Q)$(LCOV) --capture --directory $(BUILD)/coverage --base-directory . --no-external \
		--output-file $(BUILD)/coverage/all.info
	$(Q)for folder in model kernels traces diff advice tree record cli; do \
		$(LCOV) --extract $(BUILD)/coverage/all.info "$(CURDIR)/$$folder/*" \
			--output-file $(BUILD)/coverage/$$folder.info && \
		echo "$$folder:" && lcov --rc lcov_branch_coverage=1 \
			--summary $(BUILD)/coverage/$$folder.info 2>&1 | grep -E 'lines|branches'; \
	done
	$(Q)genhtml --quiet --branch-coverage --output-directory $(BUILD)/coverage/html \
		$(BUILD)/coverage/all.info

# The benchmark. With TREE=DIR also the decision that cut.py cuts out of that kernel tree, compiled
# for BENCH_HZ; as the kernel is, with overflow that wraps and without strict aliasing.
BENCH_HZ  ?= 1000
BENCH_SRC := $(wildcard bench/*.c)
BENCH     := $(BUILD)/bench/$(if $(TREE),real,none)

$(BUILD)/bench/none: $(BUILD)/release/bench/real/none.o
$(BUILD)/bench/real: $(BUILD)/bench/real.o
$(BUILD)/bench/none $(BUILD)/bench/real: $(BENCH_SRC:%.c=$(BUILD)/release/%.o) \
					 $(BUILD)/release/libtcpoom.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -O2 $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -o $@
$(BUILD)/bench/real.o: bench/real/real.c bench/real/cut.py bench/real/stand_ins.h FORCE
	$(call say,CUT,$(TREE))
	@mkdir -p $(@D)
	$(Q)python3 bench/real/cut.py $(TREE) $(@D)/cut.h
	$(Q)$(CC) $(BASE) -O2 -fwrapv -fno-strict-aliasing -DHZ=$(BENCH_HZ) -I$(@D) \
		$(CPPFLAGS) $(CFLAGS) -c $< -o $@

BENCH_MB  ?= 1000
BENCH_FUZZ_RUNS ?= 1000000
bench: $(BENCH) $(BUILD)/release/tcpoom $(BUILD)/fuzz-plain/differential $(BUILD)/fuzz/differential
	$(Q)$(BENCH) -z $(BENCH_HZ) $(BENCH_FLAGS) tests/vectors/decide-inputs.csv
	$(Q)BENCH_MB=$(BENCH_MB) bench/replay.sh $(BUILD)/release/tcpoom
	$(Q)BENCH_FUZZ_RUNS=$(BENCH_FUZZ_RUNS) bench/fuzz.sh $(BUILD)/fuzz-plain/differential \
		$(BUILD)/fuzz/differential

# Changes every operator, constant and variant of the models, one at a time: which tests notice?
mutants:
	$(Q)tests/mutants.py $(MUTANTS)

# The main job, as in the README: the difference that it speaks of makes status 1.
demo: $(BUILD)/release/tcpoom
	@$(BUILD)/release/tcpoom diff 2.6.18 3.4.4 traces/recorded/*.trace \
		traces/incidents/20?1-*.trace traces/scenarios/misleading-message.trace || \
		test $$? = 1

static: $(BUILD)/musl/tcpoom
	@echo $(BUILD)/musl/tcpoom

# The recorder alone, to be carried to any machine of this architecture.
tcpoom-record: $(BUILD)/musl/tcpoom-record
	@echo $<
define recorder
$(BUILD)/$(1)/tcpoom-record: $$(patsubst %,$(BUILD)/$(1)/cli/%.o,recorder/main record error help help_claim) \
			     $(BUILD)/$(1)/libtcpoom.a
	$$(call say,LINK,$$@)
	$$(Q)$(2) -static -s $$(LDFLAGS) $$^ -o $$@
endef
$(eval $(call recorder,musl,musl-gcc))
$(eval $(call recorder,arm64,aarch64-linux-gnu-gcc))

FORCE:

man: $(BUILD)/tcpoom.1
$(BUILD)/tcpoom.1: $(BUILD)/release/tcpoom
	$(call say,MAN,$@)
	$(Q)$< help --man >$@

install: all $(BUILD)/tcpoom.1
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
		$(DESTDIR)$(PREFIX)/share/man/man1
	install $(BUILD)/release/tcpoom $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/release/libtcpoom.a $(DESTDIR)$(PREFIX)/lib
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: tcpoom' \
		'Description: models of the decision that throws TCP sockets away' \
		'Version: $(VERSION)' 'Cflags: -I$${prefix}/include' \
		'Libs: -L$${prefix}/lib -ltcpoom' 'Libs.private: $(LIBS)' \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/tcpoom.pc
	install -m 644 $(BUILD)/tcpoom.1 $(DESTDIR)$(PREFIX)/share/man/man1
	for file in $(CLAIMS); do \
		install -D -m 644 $$file $(DESTDIR)$(PREFIX)/share/tcpoom/$$file || exit; \
	done
	for header in $(HEADERS); do \
		install -D -m 644 $$header $(DESTDIR)$(PREFIX)/include/tcpoom/$$header || exit; \
	done

# The installed headers, library and pkg-config file are enough to build against.
STAGE := $(CURDIR)/$(BUILD)/stage
check-install: override DESTDIR := $(STAGE)
check-install: install
	$(Q)export PKG_CONFIG_PATH=$(STAGE)$(PREFIX)/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(STAGE); \
		$(CC) -std=c11 $(WARNINGS) tests/install/use.c \
		$$(pkg-config --cflags --libs tcpoom) -o $(BUILD)/use
	$(Q)$(BUILD)/use

format:
	clang-format -i $(wildcard */*.c */*.h)

help:
	@printf '  %-20s %s\n' \
		'make' 'the command and the library, optimised, in $(BUILD)/release' \
		'make check' 'all tests, with ASan and UBSan (CC=clang: the same with clang)' \
		'make check-portable' 'the tests of the model with musl, on 32-bit x86 and on s390x' \
		'make check-install' 'a program against what make install installs' \
		'make check-kernels' 'real kernels, in guests of qemu, judge the models' \
		'' 'KERNEL=VMLINUZ: that one instead of two of Debian' \
		'make fuzz-smoke' 'every fuzz target, FUZZ_RUNS executions ($(FUZZ_RUNS)) and less' \
		'make fuzz' 'a campaign of AFL++ on all cores; FUZZ_TARGET=TARGET, FUZZ_SECONDS=N' \
		'make fuzz-eval' 'what the mutator is worth' \
		'make demo' 'tcpoom diff 2.6.18 3.4.4 on recordings and incidents' \
		'make bench' 'decisions per second; TREE=DIR: beside that kernel tree'"'s own code" \
		'' 'and BENCH_MB ($(BENCH_MB)) MB of traces replayed and compared' \
		'make coverage' 'line and branch coverage, as text and HTML' \
		'make judge' 'the atlas before JUDGE_STATES random states for each pair' \
		'make mutants' 'what the tests do not notice; takes hours' \
		'' 'MUTANTS="FILE...": in these files of kernels/, model/ and diff/ alone' \
		'make static' 'one static binary, with musl' \
		'make tcpoom-record' 'the recorder alone, static, to be carried to other machines' \
		'make install' 'to $$DESTDIR$$PREFIX ($(PREFIX))' \
		'make format' 'clang-format' \
		'make clean' 'remove $(BUILD)' \
		'V=1' 'show the commands'

clean:
	rm -rf $(BUILD)
