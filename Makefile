# SPDX-License-Identifier: GPL-2.0-only
# tcpoom: `make help` says what there is to make. Every build lives in build/VARIANT, so that
# variants do not disturb each other; a new .c file is found without an edit here.

VERSION  := 0.1
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    ?= build
CC       ?= gcc
V        ?=

ifeq ($(origin CC),default)
CC := gcc
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Werror
BASE     := -std=c11 -D_POSIX_C_SOURCE=200809L -DTCPOOM_VERSION='"$(VERSION)"' $(WARNINGS) -MMD -MP
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

LIB_SRC  := $(wildcard model/*.c kernels/*.c traces/*.c diff/*.c)
CLI_SRC  := $(wildcard cli/*.c)
TEST_SRC := $(wildcard tests/*.c)
HEADERS  := $(wildcard model/*.h model/*.def kernels/*.h kernels/*.def traces/*.h diff/*.h)
CORE_SRC := $(wildcard model/*.c kernels/*.c)

ifeq ($(V),)
Q := @
say = @printf '  %-6s %s\n' $(1) $(2)
endif

.DELETE_ON_ERROR:
.PHONY: all check check-portable bench coverage static mutants install demo format help clean man
all: $(BUILD)/release/tcpoom $(BUILD)/release/libtcpoom.a

# variant(name, compiler, flags): how build/name/ is made
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
	$(Q)$(2) $(3) $$(LDFLAGS) $$^ -o $$@
-include $$(shell find $(BUILD)/$(1) -name '*.d' 2>/dev/null)
endef

$(eval $(call variant,release,$$(CC),-O2))
$(eval $(call variant,check,$$(CC),$$(SANITIZE)))
$(eval $(call variant,coverage,gcc,-O0 -g --coverage))
$(eval $(call variant,musl,musl-gcc,-O2 -static))
$(eval $(call variant,i686,i686-linux-gnu-gcc,-O2 -static))
$(eval $(call variant,s390x,s390x-linux-gnu-gcc,-O2 -static))

# The tests: all under CUnit with sanitizers, the suites of the model alone on other targets.
TEST_OBJ := $(TEST_SRC:%.c=$(BUILD)/check/%.o)
$(BUILD)/check/tests/run: $(TEST_OBJ) $(BUILD)/check/libtcpoom.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $^ -lcunit -o $@

check: $(BUILD)/check/tests/run $(BUILD)/check/tcpoom
	$(Q)TCPOOM=$(BUILD)/check/tcpoom $(BUILD)/check/tests/run
