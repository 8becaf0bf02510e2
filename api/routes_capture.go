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
		{method: get, path: "/api/v1/held-leads", need: crm.MayImportLead, do: listHeld},
		{method: post, path: "/api/v1/held-leads/:id/release", need: crm.MayImportLead, do: postRelease},
		{method: post, path: "/api/v1/held-leads/:id/drop", need: crm.MayImportLead, do: postDrop},
	}
}

// captureLists are the lists of it; what they read of the query is checked name by name.
func captureLists() []route {
	return []route{
		{method: get, path: "/api/v1/forms", need: crm.MayReadSettings, do: listed(store.CaptureForms)},
	}
}

// capturePages is the table of its pages.
func capturePages() []route {
	return []route{
		{method: get, path: "/settings/forms", need: crm.MayReadSettings, do: pageCaptureForms, page: true},
		{method: post, path: "/settings/forms", need: crm.MayWriteSettings, do: formCaptureForms, page: true},
		{method: get, path: "/settings/forms/:id", need: crm.MayReadSettings, do: pageCaptureForm, page: true},
		{method: post, path: "/settings/forms/:id", need: crm.MayWriteSettings, do: formCaptureFormEdit, page: true},
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
	"GET /api/v1/held-leads":  reading("Capture", "List what was held as spam", heldList{}).plain().says("S063", "At most 100, the newest first."),
	"POST /api/v1/held-leads/:id/release": call{
		tag: "Capture", summary: "Make a lead of what was held", answers: map[int]any{200: knownLead{}},
		refuses: []code{codeGate, "already_done", codeDuplicateLead, codeClash, codeValidation},
	}.says("S063", "Twice is once."),
	"POST /api/v1/held-leads/:id/drop": call{tag: "Capture", summary: "Leave what was held for good", answers: map[int]any{204: nil}, refuses: []code{"already_done"}}.says("S063", ""),
}
