#pragma once
/// What a request is changed in for the upstream that takes it: its route, the names of its fields, the model's name,
/// and OpenAI's parameters. Nothing is touched that need not be.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/settings.hpp"
#include "core/domain/upstream_kind.hpp"
#include "net/request.hpp"

namespace dreamina {

class FormFields;

class RequestTranslation {
public:
    /// `send_as`: the model's name for the upstream; empty: as the client wrote it.
    RequestTranslation(const Request& request, UpstreamKind upstream, const Settings& settings, std::string send_as);

    /// Path and query for the upstream.
    const std::string& target() const { return target_; }
    /// Whether that is another route than the client's.
    bool changes_route() const { return changes_route_; }

    /// Whether the body has to be looked at: off the event loop if it is in a file.
    bool reads_body() const;

    /// The body for the upstream. `original` is one that every program reads alike. Throws std::system_error.
    std::shared_ptr<const Body> body(std::shared_ptr<const Body> original, std::string_view content_type);

    /// Whether the body was read, and the model's name for the upstream could not be put into it.
    bool lacks_model() const { return !send_as_.empty() && !named_model_; }

    /// How many pictures the client asked for (`n`), where the answer is to hold no more. Known once the body has been
    /// read.
    std::optional<std::int64_t> pictures() const { return pictures_; }

private:
    void name_model(FormFields& fields);
    void name_images(FormFields& fields) const;
    void name_files(FormFields& fields) const;
    void translate_parameters(FormFields& fields);

    std::string target_;
    bool changes_route_ = false;
    std::string send_as_;
    bool named_model_ = false;
    bool names_images_ = false;
    bool takes_image_files_ = false;  ///< under the name `image` as well
    bool names_files_ = false;
    bool translates_parameters_ = false;
    bool leaves_out_unknown_ = false;
    std::optional<std::int64_t> pictures_;
};

}  // namespace dreamina
