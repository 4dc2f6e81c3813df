# Writes the numbered migrations as a C++ table: cmake -DOUTPUT=… -DFILES=… -P embed.cmake
list(SORT FILES)
set(rows "")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
        message(FATAL_ERROR "${name}: a migration is named NNNN_what_it_does.sql")
    endif()
    math(EXPR version "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} text)
    string(APPEND rows "        {${version}, R\"sql(${text})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"core/storage/maintenance/migrations.hpp\"

namespace dreamina {

const std::vector<Migration>& embedded_migrations()
{
    static const std::vector<Migration> migrations{
${rows}    };
    return migrations;
}

}  // namespace dreamina
")
