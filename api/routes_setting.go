package api

import "leadtocash/crm"

// settingRoutes is the table of what sales operations set. A PUT replaces the whole setting.
func settingRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/calendar", need: crm.MayReadSettings, do: getCalendar},
		{method: put, path: "/api/v1/calendar", need: crm.MayWriteSettings, do: putCalendar},
		{method: get, path: "/api/v1/service-levels", need: crm.MayReadSettings, do: getServiceLevels},
		{method: put, path: "/api/v1/service-levels", need: crm.MayWriteSettings, do: putServiceLevels},
	}
}

var settingCalls = map[string]call{
	"GET /api/v1/calendar": reading("Settings", "Read the working calendar", calendarRecord{}).says("S086", "Promises, letters and reminders follow it."),
	"PUT /api/v1/calendar": replacing("Settings", "Set the working calendar", calendarBody{}, calendarRecord{}).
		says("S086", "It counts for deadlines set from now on.").
		like(`{"zone":"Europe/Rome","hours":[{"day":"monday","from":"09:00","to":"18:00"}],"holidays":[{"date":"2027-01-06","name":"Epifania","country":"IT"}]}`),
	"GET /api/v1/service-levels": reading("Settings", "Read what cases are promised", serviceLevelsRecord{}).says("S086", "In minutes of working time."),
	"PUT /api/v1/service-levels": replacing("Settings", "Set what cases are promised", serviceLevelsBody{}, serviceLevelsRecord{}).
		says("S086", "It counts for cases opened from now on.").
		like(`{"levels":[{"priority":"urgent","answer_minutes":30,"solve_minutes":480}]}`),
}
