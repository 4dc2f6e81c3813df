# What is installed where, and the Debian package made of it: cpack -G DEB.
include(GNUInstallDirs)

set(DREAMINA_SHARE_DIR ${CMAKE_INSTALL_FULL_DATADIR}/dreamina-manager)
set(DREAMINA_NGINX_DIR ${DREAMINA_SHARE_DIR}/nginx)
set(DREAMINA_PAGE_DIR ${DREAMINA_SHARE_DIR}/page)
set(PACKAGE_FILES ${CMAKE_CURRENT_LIST_DIR})

install(TARGETS dreamina-fcgi dreamina-scheduler RUNTIME)

# The page is built by npm (static/), not here.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/static/dist/ DESTINATION ${DREAMINA_PAGE_DIR})
install(CODE "if(NOT EXISTS \"${CMAKE_SOURCE_DIR}/static/dist/index.html\")
    message(FATAL_ERROR \"the page is not built: npm ci && npm run build in static\")
endif()")

# An nginx of our own: the container's start script, and what dreamina-nginx.service runs.
install(PROGRAMS ${CMAKE_SOURCE_DIR}/nginx/serve.sh ${CMAKE_SOURCE_DIR}/nginx/shipped.sh ${CMAKE_SOURCE_DIR}/nginx/worker.sh
        DESTINATION ${DREAMINA_NGINX_DIR})
install(FILES ${CMAKE_SOURCE_DIR}/nginx/apply.sh ${CMAKE_SOURCE_DIR}/nginx/build.sh
              ${CMAKE_SOURCE_DIR}/nginx/configuration.sh ${CMAKE_SOURCE_DIR}/nginx/demo_setup.sh
              ${CMAKE_SOURCE_DIR}/nginx/parts.sh ${CMAKE_SOURCE_DIR}/nginx/render.sh
              ${CMAKE_SOURCE_DIR}/nginx/service.sh
        DESTINATION ${DREAMINA_NGINX_DIR})
file(GLOB NGINX_TEMPLATES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/nginx/*.conf.in)
install(FILES ${NGINX_TEMPLATES} DESTINATION ${DREAMINA_NGINX_DIR})

# The same for somebody's own nginx: conf.d is read by Debian's nginx.conf, and a server block includes the snippets.
set(SOCKET /run/dreamina-manager/workers.sock)
set(PAGE ${DREAMINA_PAGE_DIR})
set(CONF snippets/dreamina-)
set(UPLOAD_SIZE 1300m)
set(PROXY_WAIT 25h)
set(SNIPPETS ${CMAKE_BINARY_DIR}/nginx-snippets)
foreach(name v1 page page-headers workers reply)
    configure_file(${CMAKE_SOURCE_DIR}/nginx/${name}.conf.in ${SNIPPETS}/dreamina-${name}.conf @ONLY)
    install(FILES ${SNIPPETS}/dreamina-${name}.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/nginx/snippets)
endforeach()
configure_file(${CMAKE_SOURCE_DIR}/nginx/upstream.conf.in ${SNIPPETS}/dreamina-manager.conf @ONLY)
install(FILES ${SNIPPETS}/dreamina-manager.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/nginx/conf.d)

# systemd
file(READ ${PACKAGE_FILES}/systemd/sandbox.conf DREAMINA_SANDBOX)
file(GLOB UNITS CONFIGURE_DEPENDS RELATIVE ${PACKAGE_FILES}/systemd ${PACKAGE_FILES}/systemd/dreamina-*)
foreach(unit IN LISTS UNITS)
    string(REGEX REPLACE "[.]in$" "" installed ${unit})
    configure_file(${PACKAGE_FILES}/systemd/${unit} ${CMAKE_BINARY_DIR}/units/${installed} @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/units/${installed} DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
endforeach()
install(PROGRAMS ${PACKAGE_FILES}/rolling-restart DESTINATION ${DREAMINA_SHARE_DIR})
install(FILES ${PACKAGE_FILES}/config.json DESTINATION ${DREAMINA_SHARE_DIR})
install(FILES ${PACKAGE_FILES}/default DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/default RENAME dreamina-manager)
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

include(${PACKAGE_FILES}/deb.cmake)
