# What is installed where, and the Debian package made of it: cpack -G DEB.
include(GNUInstallDirs)

set(DREAMINA_SHARE ${CMAKE_INSTALL_DATADIR}/dreamina-manager)
set(PACKAGE_FILES ${CMAKE_CURRENT_LIST_DIR})

install(TARGETS dreamina-fcgi dreamina-scheduler RUNTIME)

# The page is built by npm (static/), not here.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/static/dist/ DESTINATION ${DREAMINA_SHARE}/page)
install(CODE "if(NOT EXISTS \"${CMAKE_SOURCE_DIR}/static/dist/index.html\")
    message(FATAL_ERROR \"the page is not built: npm ci && npm run build in static\")
endif()")

# An nginx of our own: the container's start script, and what dreamina-nginx.service runs.
install(PROGRAMS ${CMAKE_SOURCE_DIR}/nginx/serve.sh ${CMAKE_SOURCE_DIR}/nginx/shipped.sh ${CMAKE_SOURCE_DIR}/nginx/worker.sh
        DESTINATION ${DREAMINA_SHARE}/nginx)
install(FILES ${CMAKE_SOURCE_DIR}/nginx/apply.sh ${CMAKE_SOURCE_DIR}/nginx/build.sh
              ${CMAKE_SOURCE_DIR}/nginx/configuration.sh ${CMAKE_SOURCE_DIR}/nginx/demo_setup.sh
              ${CMAKE_SOURCE_DIR}/nginx/parts.sh ${CMAKE_SOURCE_DIR}/nginx/render.sh
              ${CMAKE_SOURCE_DIR}/nginx/service.sh
        DESTINATION ${DREAMINA_SHARE}/nginx)
file(GLOB NGINX_TEMPLATES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/nginx/*.conf.in)
install(FILES ${NGINX_TEMPLATES} DESTINATION ${DREAMINA_SHARE}/nginx)

install(PROGRAMS ${PACKAGE_FILES}/rolling-restart DESTINATION ${DREAMINA_SHARE})
install(FILES ${PACKAGE_FILES}/config.json DESTINATION ${DREAMINA_SHARE})
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Files for systemd and for somebody's own nginx name the folders that they are installed in: they are filled in then,
# when the prefix is known (cmake --install --prefix).
install(CODE "set(SOURCE \"${CMAKE_SOURCE_DIR}\")
set(FILLED_IN \"${CMAKE_BINARY_DIR}/filled-in\")")
install(SCRIPT ${PACKAGE_FILES}/fill_in.cmake)

include(${PACKAGE_FILES}/deb.cmake)
