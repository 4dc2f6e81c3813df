#pragma once
/// A request to POST /v1/videos, in OpenAI's form, as one to the upstreams' own route. What is OpenAI's is translated:
/// `seconds`, `size` and `input_reference`; everything else is passed through as it is.

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/domain/model_catalog.hpp"
#include "core/domain/settings.hpp"
#include "net/body.hpp"
#include "proxy/videos/video_terms.hpp"

namespace dreamina {

/// OpenAI's own, and what it stands for.
constexpr std::string_view videos_route = "/v1/videos";
constexpr std::string_view video_generations_route = "/v1/videos/generations";

struct VideoRequest {
    std::shared_ptr<const Body> body;
    std::string content_type;
    VideoTerms terms;
};

/// The sentence that tells what is wrong with it, if anything is. Reads the body: not on the event loop if it is in a
/// file. Throws std::system_error.
tl::expected<VideoRequest, std::string> read_video_request(const std::shared_ptr<const Body>& body,
                                                           const std::string& content_type, const ModelCatalog& catalog,
                                                           const Settings& settings);

}  // namespace dreamina
