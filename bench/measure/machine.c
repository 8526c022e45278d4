#include "measure/machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"
#include "base/threads.h"
#include "kernels.h"
#include "measure/describe.h"

/* The value of "key : value" or key="value"; NULL where the line has another key. Cuts the line. */
static char *value_of(char *line, const char *key, char separator)
{
    const size_t length = strlen(key);
    if (strncmp(line, key, length) != 0) return NULL;
    char *at = line + length + strspn(line + length, " \t");
    if (*at != separator) return NULL;
    at += 1 + strspn(at + 1, " \t\"");
    at[strcspn(at, "\"\n")] = '\0';
    return at;
}

static void put_governor(bench_machine *machine)
{
    char line[sizeof machine->governor];
    FILE *file = fopen("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "re");
    if (file == NULL) return;
    if (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        shoal_text_copy(machine->governor, sizeof machine->governor, line);
    }
    fclose(file);
}

static void put_system(bench_machine *machine)
{
    char line[256];
    FILE *file = fopen("/etc/os-release", "re");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *name = value_of(line, "PRETTY_NAME", '=');
        if (name != NULL) shoal_text_copy(machine->system, sizeof machine->system, name);
    }
    fclose(file);
}

static void put_kernel(bench_machine *machine)
{
    struct utsname name;
    if (uname(&name) != 0) return;
    char text[sizeof name.sysname + sizeof name.release + sizeof name.machine];
    snprintf(text, sizeof text, "%s %s %s", name.sysname, name.release, name.machine);
    shoal_text_copy(machine->kernel, sizeof machine->kernel, text);
}

static bool has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + length, word)) {
        const bool begins = at == text || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0')) return true;
    }
    return false;
}

/* cpu and virtualisation; family and model of the first CPU. The flag "hypervisor" is what x86 guests see. */
static void put_cpu(bench_machine *machine, int *family, int *model)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (file == NULL) return;
    while (getline(&line, &capacity, file) > 0 && line[0] != '\n') {
        const char *value;
        if ((value = value_of(line, "model name", ':')) != NULL)
            shoal_text_copy(machine->cpu, sizeof machine->cpu, value);
        else if ((value = value_of(line, "cpu family", ':')) != NULL) *family = (int)strtol(value, NULL, 10);
        else if ((value = value_of(line, "model", ':')) != NULL) *model = (int)strtol(value, NULL, 10);
        else if ((value = value_of(line, "flags", ':')) != NULL)
            shoal_text_copy(machine->virtualisation, sizeof machine->virtualisation,
                            has_word(value, "hypervisor") ? "virtual machine" : "none");
    }
    free(line);
    fclose(file);
}

static void blank(bench_machine *machine)
{
    *machine = (bench_machine){0};
    char *const texts[] = {machine->cpu,           machine->kernel,
                           machine->governor,      machine->system,
                           machine->isa,           machine->virtualisation,
                           machine->openblas,      machine->compiler,
                           machine->openblas_core, machine->openblas_parallel,
                           machine->flags,         machine->build_type,
                           machine->commit};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) texts[i][0] = '-';
}

shoal_status bench_machine_describe(const char *tag, bench_machine *machine, shoal_error *err)
{
    int family = -1, model = -1;
    blank(machine);
    put_cpu(machine, &family, &model);
    put_kernel(machine);
    put_governor(machine);
    put_system(machine);
    SHOAL_TRY(bench_topology_describe(machine, err));
    machine->usable = shoal_threads_available();
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0) machine->memory_bytes = (int64_t)pages * page;
    shoal_text_copy(machine->isa, sizeof machine->isa, shoal_kernels_get()->isa);
    bench_build_describe(machine);
    if (tag != NULL) bench_tag_clean(tag, machine->tag, sizeof machine->tag);
    if (machine->tag[0] == '\0') bench_tag_make(machine, family, model);
    return SHOAL_OK;
}
