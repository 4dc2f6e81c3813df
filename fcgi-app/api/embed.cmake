# Writes the API's description as a C++ text: cmake -DOUTPUT=… -DFILE=… -P embed.cmake
file(READ ${FILE} text)
file(WRITE ${OUTPUT} "#include \"api/openapi.hpp\"

namespace dreamina {

std::string_view openapi_text() { return R\"openapi(${text})openapi\"; }

}  // namespace dreamina
")
