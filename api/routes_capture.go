package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// captureRoutes is the table of what leads come in through, and of what waits for a person (S063).
func captureRoutes() []route {
	return []route{
		{method: post, path: "/api/v1/forms", need: crm.MayWriteSettings, do: postCaptureForm},
		{method: get, path: "/api/v1/forms/:id", need: crm.MayReadSettings, do: shown(store.CaptureForms, func(f crm.CaptureForm) int { return f.Version })},
		{method: patch, path: "/api/v1/forms/:id", need: crm.MayWriteSettings, do: patchCaptureForm},
		{method: post, path: "/api/v1/hooks", need: crm.MayWriteSettings, do: postCaptureHook},
		{method: get, path: "/api/v1/hooks/:id", need: crm.MayWriteSettings, do: shown(store.CaptureHooks, func(h crm.CaptureHook) int { return h.Version })},
		{method: patch, path: "/api/v1/hooks/:id", need: crm.MayWriteSettings, do: patchCaptureHook},
		{method: post, path: "/api/v1/hooks/:id/secrets", need: crm.MayWriteSettings, do: postHookSecret},
		{method: get, path: "/api/v1/hooks/:id/deliveries", need: crm.MayWriteSettings, do: listDeliveries},
		{method: post, path: "/hooks/v1/:hook", need: public, do: postHook, open: true, limit: hookLimit},
		{method: get, path: "/api/v1/held-leads", need: crm.MayImportLead, do: listHeld},
		{method: post, path: "/api/v1/held-leads/:id/release", need: crm.MayImportLead, do: postRelease},
		{method: post, path: "/api/v1/held-leads/:id/drop", need: crm.MayImportLead, do: postDrop},
	}
}

// captureLists are the lists of it; what they read of the query is checked name by name.
func captureLists() []route {
	return []route{
		{method: get, path: "/api/v1/forms", need: crm.MayReadSettings, do: listed(store.CaptureForms)},
		{method: get, path: "/api/v1/hooks", need: crm.MayWriteSettings, do: listed(store.CaptureHooks)},
	}
}

// capturePages is the table of its pages.
func capturePages() []route {
	return []route{
		{method: get, path: "/settings/forms", need: crm.MayReadSettings, do: pageCaptureForms, page: true},
		{method: post, path: "/settings/forms", need: crm.MayWriteSettings, do: formCaptureForms, page: true},
		{method: get, path: "/settings/forms/:id", need: crm.MayReadSettings, do: pageCaptureForm, page: true},
		{method: post, path: "/settings/forms/:id", need: crm.MayWriteSettings, do: formCaptureFormEdit, page: true},
		{method: get, path: "/settings/hooks", need: crm.MayWriteSettings, do: pageCaptureHooks, page: true},
		{method: post, path: "/settings/hooks", need: crm.MayWriteSettings, do: formCaptureHooks, page: true},
		{method: get, path: "/settings/hooks/:id", need: crm.MayWriteSettings, do: pageCaptureHook, page: true},
		{method: post, path: "/settings/hooks/:id", need: crm.MayWriteSettings, do: formCaptureHookEdit, page: true},
		{method: post, path: "/settings/hooks/:id/secrets", need: crm.MayWriteSettings, do: formHookSecret, page: true},
		{method: get, path: "/leads/:id/files/:item", need: crm.MayReadLead, do: pageLeadFile, page: true},
		{method: get, path: "/held", need: crm.MayImportLead, do: pageHeld, page: true},
		{method: post, path: "/held/:id/release", need: crm.MayImportLead, do: formRelease, page: true},
		{method: post, path: "/held/:id/drop", need: crm.MayImportLead, do: formDrop, page: true},
	}
}

var captureCalls = map[string]call{
	"GET /api/v1/forms": listing("Capture", "List public forms", store.CaptureForms).says("S063", ""),
	"POST /api/v1/forms": creating("Capture", "Add a public form", captureFormBody{}, crm.CaptureForm{}).needing("key", "name").located("201").
		says("S063", "It stands at `/f/<key>`; other sites send to `/public/v1/forms/<key>/leads`.").
		like(`{"key":"fair-2027","name":"Fair 2027","source":"fair","campaign":"spring","origins":["https://fair.example"]}`),
	"GET /api/v1/forms/:id":   reading("Capture", "Read a public form", crm.CaptureForm{}).says("S063", ""),
	"PATCH /api/v1/forms/:id": patching("Capture", "Change a public form", captureFormBody{}, crm.CaptureForm{}).says("S063", "`active` false switches it off at once.").like(`{"active":false}`),
	"GET /api/v1/hooks":       listing("Capture", "List webhooks", store.CaptureHooks).says("S063", ""),
	"POST /api/v1/hooks": call{
		tag: "Capture", summary: "Let another system send leads", body: captureHookBody{}, answers: map[int]any{201: madeHook{}}, refuses: []code{codeConflict},
	}.needing("key", "name").located("201").says("S063", "The secret is told this once.").like(`{"key":"portal","name":"Partner portal","mapping":{"event_id":"/id","email":"/contact/email"}}`),
	"GET /api/v1/hooks/:id":   reading("Capture", "Read a webhook", crm.CaptureHook{}).says("S063", ""),
	"PATCH /api/v1/hooks/:id": patching("Capture", "Change a webhook", captureHookBody{}, crm.CaptureHook{}).says("S063", "").like(`{"active":false}`),
	"POST /api/v1/hooks/:id/secrets": call{tag: "Capture", summary: "Give a webhook another secret", answers: map[int]any{201: hookSecret{}}}.
		says("S063", "It is told this once; those before it count a day longer."),
	"GET /api/v1/hooks/:id/deliveries": reading("Capture", "List the latest deliveries of a webhook", deliveryList{}).plain().says("S063", "At most 50 signed ones, the newest first, each as it came."),
	"POST /hooks/v1/:hook": call{
		tag: "Capture", summary: "Send a lead, signed", media: []string{"application/json"}, answers: map[int]any{200: hookAnswer{}},
		refuses: []code{"bad_signature", codeMalformed, codeGate, codeClash, codeDuplicateLead, codeRateLimited},
	}.says("S063, B122, B124", "The body is the sender's own, read by the hook's mapping. `Leadtocash-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 with the hook's secret over "+
		"the time, a point and the body; it counts five minutes. The same id of the sender with the same content is `repeated`, with other content a clash."),
	"GET /api/v1/held-leads": reading("Capture", "List what was held as spam", heldList{}).plain().says("S063", "At most 100, the newest first."),
	"POST /api/v1/held-leads/:id/release": call{
		tag: "Capture", summary: "Make a lead of what was held", answers: map[int]any{200: knownLead{}},
		refuses: []code{codeGate, "already_done", codeDuplicateLead, codeClash, codeValidation},
	}.says("S063", "Twice is once."),
	"POST /api/v1/held-leads/:id/drop": call{tag: "Capture", summary: "Leave what was held for good", answers: map[int]any{204: nil}, refuses: []code{"already_done"}}.says("S063", ""),
}
