#include "peers/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"

const char *bench_files_add(bench_files *files, const char *name)
{
    struct bench_file *file = &files->file[files->n++];
    file->name = name;
    snprintf(file->path, sizeof file->path, "%s/peers-%s", files->folder, name);
    return file->path;
}

shoal_status bench_files_write(bench_files *files, const char *name, int n_parts, const void *const *parts,
                               size_t part_bytes, shoal_error *err)
{
    const char *path = bench_files_add(files, name);
    FILE *file = fopen(path, "wbe");
    if (file == NULL) return shoal_fail_errno(err, errno, "cannot write %s", path);
    errno = 0;
    bool written = true;
    for (int i = 0; i < n_parts && written; i++) written = fwrite(parts[i], 1, part_bytes, file) == part_bytes;
    written = fclose(file) == 0 && written;
    return written ? SHOAL_OK : shoal_fail_errno(err, errno, "cannot write %s", path);
}

shoal_status bench_files_write_table(bench_files *files, const char *name, const shoal_table *table, shoal_error *err)
{
    const void **parts;
    SHOAL_TRY(shoal_alloc(table->n_columns, sizeof *parts, &parts, err));
    for (int j = 0; j < table->n_columns; j++) parts[j] = table->columns[j].data;
    const shoal_column *first = &table->columns[0];
    const size_t bytes = (size_t)table->n_rows * shoal_type_size(first->type, first->width);
    const shoal_status status = bench_files_write(files, name, table->n_columns, parts, bytes, err);
    free(parts);
    return status;
}

void bench_files_remove(bench_files *files)
{
    for (int i = 0; i < files->n; i++) unlink(files->file[i].path);
    files->n = 0;
}

shoal_status bench_values_read(const char *path, bench_values *values, shoal_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) return shoal_fail_errno(err, errno, "cannot read %s", path);
    shoal_status status;
    *values = (bench_values){0};
    if (fseeko(file, 0, SEEK_END) != 0 || ftello(file) < 0) {
        status = shoal_fail_errno(err, errno, "cannot read %s", path);
        goto out;
    }
    values->n = (int64_t)(ftello(file) / (off_t)sizeof(double));
    rewind(file);
    SHOAL_TRY_OUT(shoal_alloc(values->n, sizeof(double), &values->value, err));
    if (fread(values->value, sizeof(double), (size_t)values->n, file) != (size_t)values->n)
        status = shoal_fail(err, SHOAL_ERR_IO, "cannot read %s", path);
out:
    fclose(file);
    if (status < 0) {
        free(values->value);
        *values = (bench_values){0};
    }
    return status;
}
