#include "proxy/request_translation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/body/asked_model.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/body/picture_size.hpp"

namespace dreamina {
namespace {

constexpr std::string_view edits_route = "/v1/images/edits";
constexpr std::string_view compositions_route = "/v1/images/compositions";
constexpr std::string_view generations_route = "/v1/images/generations";
constexpr std::string_view videos_of_jimeng_api = "/v1/videos/generations";
constexpr std::string_view videos_of_jimeng_api_go = "/v1/video/generations";

constexpr std::string_view model_field = "model";
constexpr std::string_view size_field = "size";
constexpr std::string_view any_size = "auto";
constexpr std::string_view ratio_field = "ratio";
constexpr std::string_view resolution_field = "resolution";
constexpr std::string_view count_field = "n";
constexpr std::string_view images_field = "images";
constexpr std::string_view image_field = "image";
constexpr std::string_view files_field = "files";

/// OpenAI's, of which jimeng-api knows nothing.
constexpr std::array unknown_fields{"quality", "style", "user"};

/// The route of the other upstream's that this one has in its place; the same where it has it itself.
std::string_view route_for(std::string_view route, UpstreamKind upstream)
{
    const bool is_video = route == videos_of_jimeng_api || route == videos_of_jimeng_api_go;
    switch (upstream) {
    case UpstreamKind::jimeng_api:
        return is_video ? videos_of_jimeng_api : route == edits_route ? compositions_route : route;
    case UpstreamKind::jimeng_api_go: return is_video ? videos_of_jimeng_api_go : route;
    case UpstreamKind::unknown: break;
    }
    return route;
}

/// `images[]` and `images[2]` of the name `images`.
bool is_indexed(std::string_view text, std::string_view name)
{
    if (!text.starts_with(name) || !text.substr(name.size()).starts_with('[') || !text.ends_with(']')) return false;
    const std::string_view index = text.substr(name.size() + 1, text.size() - name.size() - 2);
    return index.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

RequestTranslation::RequestTranslation(const Request& request, UpstreamKind upstream, const Settings& settings,
                                       std::string send_as)
    : target_(request.target), send_as_(std::move(send_as))
{
    if (request.method != "POST") return;
    const std::string route = generation_route(request.path);
    const bool is_edit = route == edits_route;
    const bool is_image = is_edit || route == compositions_route || route == generations_route;
    const std::string_view other = route_for(route, upstream);
    changes_route_ = other != route;
    if (changes_route_) target_ = std::string{other} + (request.query.empty() ? "" : "?" + request.query);

    const bool is_known = upstream != UpstreamKind::unknown;
    translates_parameters_ = settings.translate_openai_parameters && is_image;
    leaves_out_unknown_ = translates_parameters_ && upstream != UpstreamKind::jimeng_api_go;
    names_images_ = (is_edit && is_known) || (translates_parameters_ && route != generations_route);
    takes_image_files_ = is_edit && !changes_route_;
    names_files_ = changes_route_ && other == videos_of_jimeng_api_go;
}

bool RequestTranslation::reads_body() const
{
    return names_images_ || names_files_ || translates_parameters_ || !send_as_.empty();
}

std::shared_ptr<const Body> RequestTranslation::body(std::shared_ptr<const Body> original,
                                                     std::string_view content_type)
{
    FormFields fields{*original, content_type};
    if (!send_as_.empty()) name_model(fields);
    if (names_images_) name_images(fields);
    if (names_files_) name_files(fields);
    if (translates_parameters_) translate_parameters(fields);
    return Body::edited(std::move(original), fields.edits());
}

void RequestTranslation::name_model(FormFields& fields)
{
    const FormField* model = fields.find(model_field);
    named_model_ = model != nullptr && model->text;
    if (named_model_) fields.set(*model, send_as_);
}

/// OpenAI's libraries send one picture as `image` and several as `image[]`. Both upstreams take them as `images`.
void RequestTranslation::name_images(FormFields& fields) const
{
    if (fields.is_json()) {
        const FormField* image = fields.find(image_field);
        if (image == nullptr || image->is_off || fields.find(images_field) != nullptr) return;
        fields.rename(*image, images_field);
        if (!image->is_list) fields.make_list(*image);
        return;
    }
    const auto has_other_name = [](const FormField& field) {
        return field.is_file && (is_indexed(field.name, image_field) || is_indexed(field.name, images_field));
    };
    const auto& all = fields.all();
    if (takes_image_files_ && std::none_of(all.begin(), all.end(), has_other_name)) return;
    for (const FormField& field : all)
        if (has_other_name(field) || (field.is_file && field.name == image_field)) fields.rename(field, images_field);
}

/// Jimeng-api takes files under any name, jimeng-api-go those that are called `files`; or, if there are none, `images`.
void RequestTranslation::name_files(FormFields& fields) const
{
    const auto& all = fields.all();
    const auto has_known_name = [](const FormField& field) { return !field.is_file || field.name == images_field; };
    if (std::all_of(all.begin(), all.end(), has_known_name)) return;
    for (const FormField& field : all)
        if (field.is_file && field.name != files_field) fields.rename(field, files_field);
}

void RequestTranslation::translate_parameters(FormFields& fields)
{
    const FormField* n = fields.find(count_field);
    if (n != nullptr && n->integer && *n->integer >= 1) pictures_ = n->integer;
    const FormField* size = fields.find(size_field);
    if (size != nullptr && size->is_off) fields.remove(*size);
    if (size != nullptr && size->text) {
        const auto picture = picture_size(*size->text);
        FormFields::Texts terms;
        if (picture && fields.find(ratio_field) == nullptr) terms.emplace_back(ratio_field, picture->ratio);
        if (picture && fields.find(resolution_field) == nullptr)
            terms.emplace_back(resolution_field, picture->resolution);
        // A size that is none is left for the upstream to complain of.
        if (picture || *size->text == any_size) fields.replace(*size, terms);
    }
    if (!leaves_out_unknown_) return;
    for (const std::string_view name : unknown_fields)
        if (const FormField* unknown = fields.find(name)) fields.remove(*unknown);
}

}  // namespace dreamina
