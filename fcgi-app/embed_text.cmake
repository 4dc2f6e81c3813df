# Writes a file as a function that returns its text: cmake -DOUTPUT=… -DFILE=… -DHEADER=… -DFUNCTION=… -P embed_text.cmake
file(READ ${FILE} text)
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace dreamina {

std::string_view ${FUNCTION}() { return R\"embedded(${text})embedded\"; }

}  // namespace dreamina
")
