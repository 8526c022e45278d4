#include "import/coder.h"

#include <string.h>

void shoal_coder_start(shoal_coder *coder, shoal_job *job)
{
    coder->job = job;
    coder->dictionary = (shoal_dictionary){0};
    coder->codes = (shoal_series){.size = sizeof(int32_t)};
    coder->waiting = 0;
}

shoal_status shoal_coder_push(shoal_coder *coder, shoal_field field, int64_t line)
{
    const int at = coder->waiting++;
    coder->batch[at].hash = shoal_dictionary_hash(field.text, field.length);
    coder->batch[at].line = line;
    coder->batch[at].length = field.length;
    memcpy(coder->batch[at].text, field.text, field.length);
    shoal_dictionary_fetch_slot(&coder->dictionary, coder->batch[at].hash);
    return coder->waiting < SHOAL_CODER_BATCH ? SHOAL_OK : shoal_coder_flush(coder);
}

shoal_status shoal_coder_flush(shoal_coder *coder)
{
    shoal_dictionary *dictionary = &coder->dictionary;
    for (int i = 0; i < coder->waiting; i++) shoal_dictionary_fetch_entry(dictionary, coder->batch[i].hash);
    for (int i = 0; i < coder->waiting; i++) shoal_dictionary_fetch_text(dictionary, coder->batch[i].hash);
    for (int i = 0; i < coder->waiting; i++) {
        int32_t code = -1;
        const shoal_field field = {coder->batch[i].text, coder->batch[i].length};
        if (field.length > 0)
            SHOAL_TRY(shoal_job_code(coder->job, dictionary, field, coder->batch[i].hash, coder->batch[i].line, &code));
        SHOAL_TRY(shoal_series_push(&coder->codes, &code, coder->job->err));
    }
    coder->waiting = 0;
    return SHOAL_OK;
}

void shoal_coder_free(shoal_coder *coder)
{
    shoal_dictionary_free(&coder->dictionary);
    shoal_series_free(&coder->codes);
}
