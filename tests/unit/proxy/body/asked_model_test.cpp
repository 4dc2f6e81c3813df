#include "proxy/body/asked_model.hpp"

#include <doctest/doctest.h>

#include "core/storage/empty_database.hpp"
#include "core/storage/stores/model_store.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

/// What becomes of requests with a key, by the catalogue of a new database.
class Desk {
public:
    explicit Desk(std::vector<std::string> models = {}) { key_.models = std::move(models); }

    struct Made {
        std::string counted;
        int refused = 0;  ///< the status; 0 if the key may
        RegionSet regions = 0;
        std::string words;
    };
    Made ask(const std::string& path, const std::string& body, const std::string& method = "POST") const
    {
        Request request;
        request.method = method;
        request.target = request.path = path;
        const ModelReading reading = read_model(Body{body}, "application/json");
        const DefaultModels defaults = default_models(
            {.settings = settings, .sources = std::vector(setting_rows().size(), SettingSource::fallback)}, upstream);
        const AskedModel asked = asked_model(reading, request, defaults);
        ModelRule rule = catalog_.resolve(asked.name, settings);
        const std::string counted = rule.id;
        const auto refusal = refusal_by_model(key_, reading, asked, request, catalog_, settings, defaults, rule);
        return {counted, refusal ? refusal->status : 0, rule.regions, refusal ? refusal->body : ""};
    }
    Made ask_for(const std::string& model, const std::string& path = "/v1/images/generations") const
    {
        return ask(path, R"({"prompt":"x","model":")" + model + "\"}");
    }

    Settings settings;
    UpstreamKind upstream = UpstreamKind::unknown;

private:
    static std::vector<Model> shipped()
    {
        const TemporaryFolder folder;
        Database database{make_empty_database(folder / "dreamina.db")};
        return ModelStore{database}.all();
    }
    ApiKey key_;
    ModelCatalog catalog_{shipped()};
};

}  // namespace

TEST_CASE("a body that names no model counts as the default of its route")
{
    Desk desk;
    const std::string no_model = R"({"prompt":"x"})";
    for (const std::string path : {"/v1/images/generations", "/v1/images/compositions", "/v1/images/edits",
                                   "/v1/chat/completions", "/V1/Images/Generations/", "/v1//images/generations"})
        CHECK(desk.ask(path, no_model).counted == "jimeng-4.5");
    for (const std::string path : {"/v1/video/generations", "/v1/videos/generations"})
        CHECK(desk.ask(path, no_model).counted == "jimeng-video-3.5-pro");
    for (const std::string body : {"", R"({"model":null})", R"({"model":""})"})
        CHECK(desk.ask("/v1/images/generations", body).counted == "jimeng-4.5");

    CHECK(desk.ask("/v1/echo", no_model).counted == unnamed_model);
    CHECK(desk.ask("/v1/images/generations", "", "GET").counted == unnamed_model);
    CHECK(desk.ask("/v1/images/generations", R"({"model":7})").counted == unnamed_model);

    desk.upstream = UpstreamKind::jimeng_api_go;
    CHECK(desk.ask("/v1/images/generations", no_model).counted == "jimeng-4.0");
    desk.upstream = UpstreamKind::jimeng_api;
    CHECK(desk.ask("/v1/images/generations", no_model).counted == "jimeng-4.5");

    desk.settings.default_image_model = "jimeng-4.0";
    desk.settings.default_video_model = "jimeng-video-3.0";
    CHECK(desk.ask("/v1/images/generations", no_model).counted == "jimeng-4.0");
    CHECK(desk.ask("/v1/videos/generations", no_model).counted == "video-3.0");
}

TEST_CASE("a key for certain models may ask for those, and for nothing that could be another")
{
    const Desk desk{{"jimeng-4.0", "video-3.0"}};
    CHECK(desk.ask_for("jimeng-4.0").refused == 0);
    CHECK(desk.ask_for("nanobanana").refused == 403);
    CHECK(desk.ask_for("jimeng-video-3.0", "/v1/videos/generations").refused == 0);
    CHECK(desk.ask("/v1/images/generations", R"({"model":"jimeng-4.0","model":"nanobanana"})").refused == 400);
    CHECK(desk.ask("/v1/images/generations", R"({"model":"nanobanana","model":"jimeng-4.0"})").refused == 400);
    CHECK(desk.ask("/v1/images/generations", R"({"model":"jimeng-4.0","Model":"nanobanana"})").refused == 400);
    CHECK(desk.ask("/v1/images/generations", R"({"Model":"jimeng-4.0"})").refused == 400);
    CHECK(desk.ask("/v1/images/generations", "{'model':'jimeng-4.0'}").refused == 400);

    const auto unnamed = desk.ask("/v1/images/generations", R"({"prompt":"x"})");
    CHECK(unnamed.refused == 403);
    CHECK(unnamed.words.find("jimeng-4.5") != std::string::npos);
    CHECK(desk.ask("/v1/echo", "").refused == 403);
    CHECK(Desk{{"jimeng-4.5"}}.ask("/v1/images/generations", R"({"prompt":"x"})").refused == 0);

    CHECK(Desk{}.ask("/v1/images/generations", R"({"model":"jimeng-4.0","model":"nanobanana"})").refused == 0);
}

TEST_CASE("what an upstream does not know on a route becomes its default there, which the key must be for too")
{
    const Desk images{{"jimeng-4.0"}};
    const auto refused = images.ask_for("jimeng-4.0", "/v1/videos/generations");
    CHECK(refused.refused == 403);
    CHECK(refused.words.find("jimeng-video-3.5-pro") != std::string::npos);
    CHECK(images.ask_for("jimeng-4.0", "/v1/video/generations").refused == 403);
    CHECK(Desk{{"jimeng-4.0", "jimeng-video-3.5-pro"}}.ask_for("jimeng-4.0", "/v1/videos/generations").refused == 0);

    // It is sent on under the name that they know.
    CHECK(Desk{{"video-3.0"}}.ask_for("video-3.0", "/v1/videos/generations").refused == 0);

    // Accounts at home would make a picture with the default model of it; those abroad refuse it.
    const auto video = Desk{{"video-3.0"}}.ask_for("jimeng-video-3.0");
    CHECK(video.refused == 0);
    CHECK_FALSE(contains(video.regions, Region::cn));
    CHECK(contains(video.regions, Region::us));
    CHECK(contains(Desk{{"video-3.0", "jimeng-4.5"}}.ask_for("jimeng-video-3.0").regions, Region::cn));
    CHECK(contains(images.ask_for("jimeng-4.0").regions, Region::cn));
}

TEST_CASE("a size behind a model's name is no other model, and no way around the list of a key")
{
    const Desk desk{{"jimeng-4.0"}};
    const std::string chat = "/v1/chat/completions";
    CHECK(desk.ask_for("jimeng-4.0:1024x1024", chat).counted == "jimeng-4.0");
    CHECK(desk.ask_for("jimeng-4.0:1024x1024", chat).refused == 0);
    CHECK(desk.ask_for("nanobanana:1024x1024", chat).counted == "nanobanana");
    CHECK(desk.ask_for("nanobanana:jimeng-4.0", chat).refused == 403);
    CHECK(desk.ask_for("jimeng-4.0:nanobanana", chat).refused == 0);
    CHECK(desk.ask_for(":jimeng-4.0", chat).refused == 403);

    // Pictures have no size there: an account at home would take its default model.
    const auto picture = desk.ask_for("jimeng-4.0:1024x1024");
    CHECK(picture.counted == "jimeng-4.0");
    CHECK(picture.refused == 0);
    CHECK_FALSE(contains(picture.regions, Region::cn));
    CHECK(Desk{{"video-3.0"}}.ask_for("jimeng-video-3.0:1x1", "/v1/videos/generations").refused == 403);
}

TEST_CASE("doubled slashes before a route of the upstream's are told from others")
{
    Request request;
    request.path = "/v1/images/generations";
    for (const std::string target :
         {"/v1//images/generations", "/v1/images//generations?a=b", "/v1/images/generations//"}) {
        request.target = target;
        CHECK(path_without_doubled_slashes(request) == "/v1/images/generations");
    }
    for (const std::string target : {"/v1/images/generations", "/v1/images/generations?next=a//b"}) {
        request.target = target;
        CHECK_FALSE(path_without_doubled_slashes(request));
    }
    request.target = "/v1//double";
    request.path = "/v1/double";
    CHECK_FALSE(path_without_doubled_slashes(request));
}
