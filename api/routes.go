package api

import "net/http"

// Short names for the table below.
const (
	get    = http.MethodGet
	post   = http.MethodPost
	patch  = http.MethodPatch
	put    = http.MethodPut
	remove = http.MethodDelete
)

// apiRoutes is the table of what is no page of the product.
func apiRoutes(c Config) []route {
	return []route{
		{get, "/healthz", public, getHealth, false, 0, true},
		{get, "/readyz", public, getReady, false, 0, true},

		{get, "/login", public, getLogin, true, 0, false},
		{post, "/login", public, postLogin, true, 0, false},
		{post, "/logout", session, postLogout, true, 0, false},
	}
}
