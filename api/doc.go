// Package api is the product's HTTP face: the JSON API, the web pages, log-in and roles.
//
// Every route stands in one table (routes.go, routes_page.go) with the permission it needs. A handler is a recipe: read the request,
// ask the store or send a command, answer. Whatever is refused is an RFC 9457 problem with a code that never changes.
package api
