// Request: one complete HTTP request as a value, whoever delivered it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kktd::front {

struct Request {
    std::string method; ///< "POST"
    std::string path;   ///< DOCUMENT_URI, without query: "/kkt/status"
    std::string query;  ///< QUERY_STRING, raw
    std::string content_type;
    std::string body;            ///< complete, at most the body limit
    std::string request_id;      ///< nginx's $request_id, or ours if there is none
    std::string idempotency_key; ///< HTTP_IDEMPOTENCY_KEY
    std::string prefer;          ///< HTTP_PREFER ("respond-async")
    std::string kkt;             ///< KKTD_KKT from nginx
};

} // namespace kktd::front
