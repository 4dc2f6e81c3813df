# Writes the shipped verdict rules as a C++ text: cmake -DOUTPUT=… -DFILE=… -P embed.cmake
file(READ ${FILE} text)
file(WRITE ${OUTPUT} "#include \"domain/verdict_pack.hpp\"

namespace dreamina {

std::string_view rule_pack_text() { return R\"rules(${text})rules\"; }

}  // namespace dreamina
")
