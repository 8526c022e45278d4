# shoal_module(name SOURCES … [DEPENDS …] [LIBRARIES …])
#
# One folder of the source tree: an object library that the shared library is made of, and a static library
# shoal_<name> of the same objects for the tests. DEPENDS names the modules that the folder may include
# (the arrows of the design), LIBRARIES third-party targets.
include_guard()

function(shoal_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  if(NOT arg_SOURCES) # nothing here yet
    add_library(shoal_${name} INTERFACE)
    return()
  endif()
  add_library(shoal_${name}_objects OBJECT ${arg_SOURCES})
  target_include_directories(shoal_${name}_objects
    PUBLIC ${PROJECT_SOURCE_DIR}/src/include ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR}/src
           ${PROJECT_SOURCE_DIR}/kernels)
  target_link_libraries(shoal_${name}_objects PRIVATE shoal_flags OpenMP::OpenMP_C ${arg_LIBRARIES})
  set_target_properties(shoal_${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)

  add_library(shoal_${name} STATIC $<TARGET_OBJECTS:shoal_${name}_objects>)
  set_target_properties(shoal_${name} PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME shoal_internal_${name})
  target_include_directories(shoal_${name}
    INTERFACE ${PROJECT_SOURCE_DIR}/src/include ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR}/src
              ${PROJECT_SOURCE_DIR}/kernels)
  target_link_libraries(shoal_${name} INTERFACE OpenMP::OpenMP_C ${arg_LIBRARIES} m)
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(shoal_${name} INTERFACE shoal_${dependency})
  endforeach()

  set_property(GLOBAL APPEND PROPERTY SHOAL_MODULES ${name})
  set_property(GLOBAL APPEND PROPERTY SHOAL_LIBRARIES ${arg_LIBRARIES})
endfunction()
