# Run on each build: writes a C file with the commit that is being built, only where it changed.
# cmake -DSOURCE=tree -DOUTPUT=commit.c [-DGIT=git] -P commit.cmake
# "-" without git or outside a checkout; where tracked files were changed, "-dirty." and a hash of the change is added, so
# that records of one state are not taken for those of another.
cmake_minimum_required(VERSION 3.25)

set(commit "-")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --short=12 HEAD
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${found})
    execute_process(COMMAND ${GIT} -C ${SOURCE} diff HEAD OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      string(SHA1 hash "${changes}")
      string(SUBSTRING ${hash} 0 8 hash)
      string(APPEND commit "-dirty.${hash}")
    endif()
  endif()
endif()

set(text "#include \"measure/commit.h\"\n\nconst char bench_commit[] = \"${commit}\";\n")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT text STREQUAL before)
  file(WRITE ${OUTPUT} "${text}")
endif()
