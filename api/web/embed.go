// Package web holds what browsers are sent: templates, the style sheet and small scripts, embedded so that one binary serves them.
package web

import "embed"

// Files holds templates/ and static/.
//
//go:embed templates static
var Files embed.FS
