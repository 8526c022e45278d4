# Tests of the import: Criterion programs, allocation failures, and the comparison with an independent reading.
shoal_test(test_import LABEL unit SOURCES test_import.c MODULES import base)
shoal_test(test_import_bad LABEL unit SOURCES test_import_bad.c MODULES import base)
shoal_test(test_import_parts LABEL unit SOURCES test_import_parts.c MODULES import base)
shoal_test(test_import_property LABEL property SOURCES test_import_property.c MODULES import base)

add_executable(import_memory import_memory.c)
target_link_libraries(import_memory PRIVATE shoal_import shoal_base shoal_flags shoal_test_support)
target_link_options(import_memory PRIVATE
  -Wl,--wrap=malloc -Wl,--wrap=realloc -Wl,--wrap=aligned_alloc -Wl,--wrap=free)
add_test(NAME import_memory COMMAND import_memory)
set_tests_properties(import_memory PROPERTIES LABELS unit TIMEOUT 120)

add_executable(import_dump ../support/import_dump.c)
target_link_libraries(import_dump PRIVATE shoal_import shoal_flags)
add_test(NAME import_oracle
  COMMAND ${DEBIAN_PYTHON3} ${PROJECT_SOURCE_DIR}/tests/cli/import_oracle.py $<TARGET_FILE:import_dump>
          ${PROJECT_SOURCE_DIR}/datasets/online_retail.csv.gz)
set_tests_properties(import_oracle PROPERTIES LABELS oracle TIMEOUT 300)
