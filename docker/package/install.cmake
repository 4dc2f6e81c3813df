# What is installed where. build.sh makes the Debian package of it.
include(GNUInstallDirs)

set(DREAMINA_SHARE ${CMAKE_INSTALL_DATADIR}/dreamina-manager)
set(PACKAGE_FILES ${CMAKE_CURRENT_LIST_DIR})

install(TARGETS dreamina-fcgi dreamina-scheduler RUNTIME)

# "page" is a target of its own, since it needs npm.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/static/dist/ DESTINATION ${DREAMINA_SHARE}/page)
install(CODE "if(NOT EXISTS \"${CMAKE_SOURCE_DIR}/static/dist/index.html\")
    message(FATAL_ERROR \"the page is not built: build the target page\")
endif()")

# An nginx of our own: the container's start script, and what dreamina-nginx.service runs.
install(PROGRAMS ${CMAKE_SOURCE_DIR}/nginx/follow-settings.sh ${CMAKE_SOURCE_DIR}/nginx/rotate-logs.sh
                 ${CMAKE_SOURCE_DIR}/nginx/rolling-restart.sh ${CMAKE_SOURCE_DIR}/nginx/run-part.sh
                 ${CMAKE_SOURCE_DIR}/nginx/serve.sh ${CMAKE_SOURCE_DIR}/nginx/shipped.sh
        DESTINATION ${DREAMINA_SHARE}/nginx)
install(FILES ${CMAKE_SOURCE_DIR}/nginx/apply.sh ${CMAKE_SOURCE_DIR}/nginx/build.sh
              ${CMAKE_SOURCE_DIR}/nginx/configuration.sh ${CMAKE_SOURCE_DIR}/nginx/demo_setup.sh
              ${CMAKE_SOURCE_DIR}/nginx/render.sh ${CMAKE_SOURCE_DIR}/nginx/supervisor.sh
              ${CMAKE_SOURCE_DIR}/nginx/supervisord.conf
        DESTINATION ${DREAMINA_SHARE}/nginx)
file(GLOB NGINX_TEMPLATES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/nginx/*.conf.in)
install(FILES ${NGINX_TEMPLATES} DESTINATION ${DREAMINA_SHARE}/nginx)

install(PROGRAMS ${PACKAGE_FILES}/rolling-restart ${PACKAGE_FILES}/thumbnails DESTINATION ${DREAMINA_SHARE})
install(FILES ${PACKAGE_FILES}/config.json DESTINATION ${DREAMINA_SHARE})

# The manuals, in folders as in the checkout, so that the links between them lead somewhere.
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(folder docker nginx scheduler fcgi-app)
    install(FILES ${CMAKE_SOURCE_DIR}/${folder}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endforeach()

# Debian wants manual pages compressed, without the time of that.
find_program(GZIP gzip)
set(MANUAL_PAGE ${CMAKE_BINARY_DIR}/man/dreamina-scheduler.8)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
add_custom_command(OUTPUT ${MANUAL_PAGE}.gz
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/scheduler/dreamina-scheduler.8 ${MANUAL_PAGE}
    COMMAND ${GZIP} -9nf ${MANUAL_PAGE}
    DEPENDS ${CMAKE_SOURCE_DIR}/scheduler/dreamina-scheduler.8
    VERBATIM)
add_custom_target(manual-page ALL DEPENDS ${MANUAL_PAGE}.gz)
install(FILES ${MANUAL_PAGE}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)

# Files for systemd and for an administrator's own nginx name the folders that they are installed in: they are filled in then,
# when the prefix is known (cmake --install --prefix).
install(CODE "set(SOURCE \"${CMAKE_SOURCE_DIR}\")
set(FILLED_IN \"${CMAKE_BINARY_DIR}/filled-in\")")
install(SCRIPT ${PACKAGE_FILES}/fill_in.cmake)
