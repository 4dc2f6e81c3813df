#include "proxy/videos/video_request.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "net/request.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/body/model_reading.hpp"

namespace dreamina {
namespace {

constexpr std::string_view prompt_field = "prompt";
constexpr std::string_view seconds_field = "seconds";
constexpr std::string_view size_of_video = "size";
constexpr std::string_view reference_field = "input_reference";
constexpr std::string_view reference_address = "input_reference[image_url]";
constexpr std::string_view reference_file_id = "input_reference[file_id]";

// The upstreams'.
constexpr std::string_view duration_field = "duration";
constexpr std::string_view ratio_of_video = "ratio";
constexpr std::string_view resolution_of_video = "resolution";
constexpr std::string_view addresses_field = "file_paths";
constexpr std::string_view video_files_field = "files";  // jimeng-api takes any name, jimeng-api-go this one

constexpr std::string_view usual_ratio = "1:1";
constexpr std::string_view usual_resolution = "720p";
constexpr std::string_view any_video_size = "auto";

constexpr std::string_view video_body_type = "application/json";
constexpr std::string_view urlencoded_type = "application/x-www-form-urlencoded";

/// As data: addresses; a file may be larger.
constexpr std::uint64_t max_address_length = 32 * 1024 * 1024;

using Fault = tl::unexpected<std::string>;

Fault wrong_video(std::string fault) { return tl::unexpected(std::move(fault)); }

std::string value_text(const Body& body, const FormField& field)
{
    std::string text(static_cast<std::size_t>(field.value_end - field.value_begin), '\0');
    text.resize(body.read(field.value_begin, text));
    return text;
}

/// What becomes of a request's fields.
struct VideoChanges {
    const FormField* seconds = nullptr;
    std::optional<std::int64_t> duration;  // instead; nothing: it goes
    const FormField* size = nullptr;
    std::optional<VideoSize> frame;  // instead; nothing: it goes
    const FormField* reference = nullptr;
    std::optional<std::string> address;  // of the picture; nothing: it is a file, or null
};

class VideoReader {
public:
    VideoReader(const Body& body, const FormFields& fields, std::string model, std::string_view sent_model)
        : body_(body), fields_(fields), makes_(video_model(sent_model)), sent_model_(sent_model)
    {
        terms_.model = std::move(model);
    }

    std::optional<std::string> read()
    {
        const FormField* prompt = fields_.find(prompt_field);
        if (prompt == nullptr || prompt->is_file || prompt->is_list || prompt->is_off || !is_written(*prompt))
            return "prompt is missing: it must be a text";
        if (auto fault = read_seconds()) return fault;
        if (auto fault = read_size()) return fault;
        return read_reference();
    }
    const VideoChanges& changes() const { return changes_; }
    const VideoTerms& terms() const { return terms_; }

private:
    /// A text that is not empty.
    bool is_written(const FormField& field) const
    {
        if (!fields_.is_json()) return field.value_end > field.value_begin;
        std::string mark(1, '\0');
        constexpr std::uint64_t both_marks = 2;
        return field.value_end - field.value_begin > both_marks && body_.read(field.value_begin, mark) == 1 &&
               mark == "\"";
    }

    std::optional<std::string> read_seconds()
    {
        const FormField* duration = fields_.find(duration_field);
        changes_.seconds = fields_.find(seconds_field);
        const bool is_asked = changes_.seconds != nullptr && !changes_.seconds->is_off;
        if (is_asked && duration != nullptr) return "seconds and duration mean the same: send one of them";
        const FormField* told = is_asked ? changes_.seconds : duration;
        terms_.seconds =
            fmt::format("{}", told != nullptr ? told->integer.value_or(makes_.usual_seconds) : makes_.usual_seconds);
        if (!is_asked) return std::nullopt;
        const auto& allowed = makes_.seconds;
        changes_.duration = changes_.seconds->integer;
        const bool is_known = changes_.duration && (allowed.empty() ? *changes_.duration > 0
                                                                    : std::find(allowed.begin(), allowed.end(),
                                                                                *changes_.duration) != allowed.end());
        if (is_known) return std::nullopt;
        if (allowed.empty()) return "seconds must be a whole number, at least 1";
        return fmt::format("seconds must be one of {} with the model {}", fmt::join(allowed, ", "), sent_model_);
    }

    std::optional<std::string> read_size()
    {
        const auto text_or = [&](std::string_view name, std::string_view otherwise) {
            const FormField* field = fields_.find(name);
            return field != nullptr && field->text ? *field->text : std::string{otherwise};
        };
        terms_.size = pixels_of(text_or(ratio_of_video, usual_ratio), text_or(resolution_of_video, usual_resolution));
        const FormField* size = changes_.size = fields_.find(size_of_video);
        if (size == nullptr || size->is_off || size->text == any_video_size) return std::nullopt;
        changes_.frame = size->text ? video_size(*size->text) : std::nullopt;
        if (!changes_.frame)
            return "size must be WIDTHxHEIGHT, and becomes the nearest of " + all_video_sizes() +
                   ", where the model has it in 1080p too";
        terms_.size = *size->text;
        return std::nullopt;
    }

    std::optional<std::string> read_reference()
    {
        if (fields_.find(reference_file_id) != nullptr) return no_file_id;
        const FormField* reference = fields_.find(reference_field);
        const FormField* address = fields_.find(reference_address);
        if (address != nullptr && reference != nullptr)
            return "input_reference must be a file or have an image_url, not both";
        changes_.reference = address != nullptr ? address : reference;
        if (changes_.reference == nullptr || changes_.reference->is_file || changes_.reference->is_off)
            return std::nullopt;
        if (fields_.find(addresses_field) != nullptr)
            return "input_reference and file_paths mean the same: send one of them";
        if (changes_.reference->value_end - changes_.reference->value_begin > max_address_length)
            return "input_reference.image_url is too long: send the picture as a file";
        return read_address(value_text(body_, *changes_.reference));
    }

    std::optional<std::string> read_address(const std::string& written)
    {
        const auto parsed = fields_.is_json() ? parse_json(written) : Result<Json>{Json(written)};
        if (parsed && parsed->is_object() && parsed->contains("file_id")) return no_file_id;
        const Json* address = parsed ? &*parsed : nullptr;
        if (address != nullptr && address->is_object())
            address = address->contains("image_url") ? &(*address)["image_url"] : nullptr;
        if (address == nullptr || !address->is_string() || address->get_ref<const std::string&>().empty())
            return "input_reference must be a file, or an object with an image_url";
        changes_.address = address->get<std::string>();
        for (const std::string_view beginning : {"https://", "http://", "data:image/"})
            if (to_lower(changes_.address->substr(0, beginning.size())) == beginning) return std::nullopt;
        return "input_reference.image_url must be an http(s) address, or a data: URL of a picture";
    }

    static constexpr const char* no_file_id =
        "input_reference.file_id is not supported: send the picture as a file, or as image_url";

    const Body& body_;
    const FormFields& fields_;
    VideoModel makes_;
    std::string_view sent_model_;
    VideoChanges changes_;
    VideoTerms terms_;
};

/// Where they stand.
void change_fields(FormFields& fields, const VideoChanges& changes, bool has_resolutions)
{
    if (changes.seconds != nullptr && changes.duration) {
        fields.rename(*changes.seconds, duration_field);
        fields.set(*changes.seconds, *changes.duration);
    } else if (changes.seconds != nullptr) {
        fields.remove(*changes.seconds);
    }
    if (changes.size != nullptr) {
        FormFields::Texts texts;
        const bool names_ratio = changes.frame && fields.find(ratio_of_video) == nullptr;
        const bool names_resolution = changes.frame && has_resolutions && fields.find(resolution_of_video) == nullptr;
        if (names_ratio) texts.emplace_back(ratio_of_video, changes.frame->ratio);
        if (names_resolution) texts.emplace_back(resolution_of_video, changes.frame->resolution);
        fields.replace(*changes.size, texts);
    }
    if (changes.reference == nullptr) return;
    if (changes.address) {
        fields.rename(*changes.reference, addresses_field);
        fields.set(*changes.reference, *changes.address);
        fields.make_list(*changes.reference);
    } else if (changes.reference->is_file) {
        fields.rename(*changes.reference, video_files_field);
    } else {
        fields.remove(*changes.reference);
    }
}

/// A form without files as JSON: it has lists, and numbers outside of multipart/form-data.
tl::expected<std::string, std::string> form_as_json(const Body& body, const FormFields& fields,
                                                    const VideoChanges& changes, bool has_resolutions)
{
    Json json = Json::object();
    for (const FormField& field : fields.all()) {
        if (field.is_file) return wrong_video("input_reference must be a file or have an image_url, not both");
        if (&field == changes.seconds || &field == changes.size || &field == changes.reference) continue;
        if (field.name == duration_field && field.integer) {
            json[field.name] = *field.integer;
        } else {
            json[field.name] = field.text ? *field.text : value_text(body, field);
        }
    }
    if (changes.duration) json[std::string{duration_field}] = *changes.duration;
    if (changes.frame && !json.contains(ratio_of_video)) json[std::string{ratio_of_video}] = changes.frame->ratio;
    if (changes.frame && has_resolutions && !json.contains(resolution_of_video))
        json[std::string{resolution_of_video}] = changes.frame->resolution;
    if (changes.address) json[std::string{addresses_field}] = Json::array({*changes.address});
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

tl::expected<VideoRequest, std::string> read_video_request(const std::shared_ptr<const Body>& body,
                                                           const std::string& content_type, const ModelCatalog& catalog,
                                                           const Settings& settings)
{
    const ModelReading reading = read_model(*body, content_type);
    FormFields fields{*body, content_type};
    if (reading.state == ModelReading::State::unreadable || !reading.doubt.empty())
        return wrong_video("the body must be a JSON object or a form, and name each field once");
    const bool is_named = reading.state == ModelReading::State::named;
    const std::string name = is_named ? reading.name : settings.default_video_model;
    const ModelRule rule = catalog.resolve(name, settings);
    const std::string& sent_name = rule.send_as.empty() ? name : rule.send_as;

    VideoReader reader{*body, fields, name, sent_name};
    if (auto fault = reader.read()) return wrong_video(*std::move(fault));
    const VideoChanges& changes = reader.changes();
    const bool has_resolutions = video_model(sent_name).has_resolutions;
    const bool is_urlencoded = media_type(content_type) == urlencoded_type;
    if (is_urlencoded || (changes.address && !fields.is_json())) {
        auto json = form_as_json(*body, fields, changes, has_resolutions);
        if (!json) return wrong_video(std::move(json.error()));
        return VideoRequest{.body = std::make_shared<const Body>(*std::move(json)),
                            .content_type = std::string{video_body_type},
                            .terms = reader.terms()};
    }
    change_fields(fields, changes, has_resolutions);
    return VideoRequest{
        .body = Body::edited(body, fields.edits()), .content_type = content_type, .terms = reader.terms()};
}

}  // namespace dreamina
