#pragma once
/// All properties by name. Each has a fuzz target and a folder of inputs in corpus/ of its name.

#include <array>
#include <string_view>

#include "properties/fastcgi_answer.hpp"
#include "properties/fastcgi_arrival.hpp"
#include "properties/fastcgi_request.hpp"
#include "properties/form_fields.hpp"
#include "properties/import_fields.hpp"
#include "properties/import_lines.hpp"
#include "properties/json_document.hpp"
#include "properties/json_fields.hpp"
#include "properties/json_model.hpp"
#include "properties/model_readings.hpp"
#include "properties/multipart_body.hpp"
#include "properties/multipart_form.hpp"

namespace dreamina::fuzz {

struct Target {
    std::string_view name;
    void (*property)(std::string_view input);  ///< throws PropertyFailure if it does not hold
};

inline constexpr std::array targets{
    Target{"fastcgi_answer", fastcgi_answer},   Target{"fastcgi_arrival", fastcgi_arrival},
    Target{"fastcgi_request", fastcgi_request}, Target{"form_fields", form_fields},
    Target{"import_fields", import_fields},     Target{"import_lines", import_lines},
    Target{"json_document", json_document},     Target{"json_fields", json_fields},
    Target{"json_model", json_model},           Target{"model_readings", model_readings},
    Target{"multipart_body", multipart_body},   Target{"multipart_form", multipart_form},
};

}  // namespace dreamina::fuzz
