package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// settingRoutes is the table of what sales operations set. A PUT replaces the whole setting.
func settingRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/calendar", need: crm.MayReadSettings, do: getCalendar},
		{method: put, path: "/api/v1/calendar", need: crm.MayWriteSettings, do: putCalendar},
		{method: get, path: "/api/v1/service-levels", need: crm.MayReadSettings, do: getServiceLevels},
		{method: put, path: "/api/v1/service-levels", need: crm.MayWriteSettings, do: putServiceLevels},
		{method: get, path: "/api/v1/deal-words", need: crm.MayReadSettings, do: getDealWords},
		{method: put, path: "/api/v1/deal-words", need: crm.MayWriteSettings, do: putDealWords},
		{method: get, path: "/api/v1/modules", need: crm.MayReadSettings, do: getModules},
		{method: put, path: "/api/v1/modules", need: crm.MayWriteSettings, do: putModules},
		{method: post, path: "/api/v1/tax-classes", need: crm.MayWriteSettings, do: postTaxClass},
		{method: get, path: "/api/v1/tax-classes/:id", need: crm.MayReadSettings, do: shown(store.TaxClasses, func(c crm.TaxClass) int { return c.Version })},
		{method: patch, path: "/api/v1/tax-classes/:id", need: crm.MayWriteSettings, do: patchTaxClass},
	}
}

var settingCalls = map[string]call{
	"GET /api/v1/calendar": reading("Settings", "Read the working calendar", calendarRecord{}).says("S086", "Promises, letters and reminders follow it."),
	"PUT /api/v1/calendar": replacing("Settings", "Set the working calendar", calendarBody{}, calendarRecord{}).
		says("S086", "It counts for deadlines set from now on.").
		like(`{"zone":"Europe/Rome","hours":[{"day":"monday","from":"09:00","to":"18:00"}],"holidays":[{"date":"2027-01-06","name":"Epifania","country":"IT"}]}`),
	"GET /api/v1/deal-words": reading("Settings", "Read the word for an opportunity", dealWordsRecord{}).says("S010", "By language."),
	"PUT /api/v1/deal-words": replacing("Settings", "Choose the word for an opportunity", dealWordsBody{}, dealWordsRecord{}).
		says("S010", "Screens and messages follow it; a language that is left out keeps its word.").like(`{"en":"opportunity","it":"opportunity"}`),
	"GET /api/v1/modules": reading("Settings", "Read which supporting processes are switched off", modulesRecord{}).says("S027, S030, S090", ""),
	"PUT /api/v1/modules": replacing("Settings", "Switch supporting processes off and on", modulesBody{}, modulesRecord{}).
		says("S027, S030, S090", "What is off begins nothing new and says why; what runs goes on, and nothing is lost.").like(`{"off":[{"module":"care","reason":"Our partner looks after customers."}]}`),
	"GET /api/v1/company": reading("Settings", "Read the company's master data", companyRecord{}).says("S091", ""),
	"PATCH /api/v1/company": patching("Settings", "Change the company's master data", companyBody{}, companyRecord{}).
		says("S091", "Documents made from now on say it; what is out keeps what it says.").like(`{"street":"Via Roma 1","postal_code":"20121","city":"Milano","province":"MI","iban":"IT60 X054 2811 1010 0000 0123 456"}`),
	"GET /api/v1/tax-classes": listing("Settings", "List tax classes", store.TaxClasses),
	"POST /api/v1/tax-classes": creating("Settings", "Add a tax class", taxClassBody{}, crm.TaxClass{}).needing("name", "percent").located("201").says("M2", "The rates that products and lines choose from.").
		like(`{"name":"Export","percent":"0","exemption":"N3.1"}`),
	"GET /api/v1/tax-classes/:id":   reading("Settings", "Read a tax class", crm.TaxClass{}),
	"PATCH /api/v1/tax-classes/:id": patching("Settings", "Change a tax class", taxClassBody{}, crm.TaxClass{}).says("M2", "Products follow a changed rate; lines that were written keep theirs.").like(`{"active":false}`),
	"GET /api/v1/service-levels":    reading("Settings", "Read what cases are promised", serviceLevelsRecord{}).says("S086", "In minutes of working time."),
	"PUT /api/v1/service-levels": replacing("Settings", "Set what cases are promised", serviceLevelsBody{}, serviceLevelsRecord{}).
		says("S086", "It counts for cases opened from now on.").
		like(`{"levels":[{"priority":"urgent","answer_minutes":30,"solve_minutes":480}]}`),
}
