# The Debian package. Its prefix is /usr, so configure with -DCMAKE_INSTALL_PREFIX=/usr (docker/package/build.sh does).
install(FILES ${PACKAGE_FILES}/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
set(CPACK_PACKAGE_CONTACT "Dreamina Manager maintainers <maintainers@dreamina-manager.invalid>")
set(CHANGES ${CMAKE_SOURCE_DIR}/.github/CHANGELOG.md)
set(CHANGELOG ${CMAKE_BINARY_DIR}/debian/changelog.Debian.gz)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/debian)
add_custom_command(OUTPUT ${CHANGELOG}
    COMMAND ${PACKAGE_FILES}/changelog.sh debian ${PROJECT_VERSION} ${CPACK_PACKAGE_CONTACT} debian/changelog.Debian
    COMMAND ${GZIP} -9nf debian/changelog.Debian
    DEPENDS ${PACKAGE_FILES}/changelog.sh ${CHANGES}
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    VERBATIM)
add_custom_target(package-changelog ALL DEPENDS ${CHANGELOG})
install(FILES ${CHANGELOG} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PACKAGE_FILES}/debian/lintian-overrides DESTINATION share/lintian/overrides RENAME dreamina-manager)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dreamina-manager)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# The installation sees /usr as its prefix, not the folder that the package is put together in.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, curl, debconf (>= 0.5) | debconf-2.0, nginx (>= 1.19.10)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "pool of accounts for an image and video generation API, behind one address
Clients call /v1 of one service with one key. It chooses an account that can
serve the model, forwards the request, understands what the answer means for
the account, and fails over before the client notices. A page shows the pool
as it lives; a scheduler ends bans, resets counts and refreshes sessions.

It runs with an nginx of its own or behind one that is there already.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PACKAGE_FILES}/debian/postinst ${PACKAGE_FILES}/debian/prerm ${PACKAGE_FILES}/debian/postrm
    ${PACKAGE_FILES}/debian/conffiles ${PACKAGE_FILES}/debian/templates ${PACKAGE_FILES}/debian/config)
include(CPack)
