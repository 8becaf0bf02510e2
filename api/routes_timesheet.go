package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

func weekVersion(t crm.Timesheet) int { return t.Version }

// timesheetRoutes is the table of weeks of hours (S082, S090): one's own, and those that wait for one. Whose weeks a person may decide on the store says, by
// the projects on them.
func timesheetRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/timesheet/:week", need: session, do: getTimesheet},
		{method: put, path: "/api/v1/timesheet/:week", need: session, do: putTimesheet},
		{method: post, path: "/api/v1/timesheet/:week/submit", need: session, do: postTimesheetSubmit},
		{method: get, path: "/api/v1/timesheets", need: crm.MayReadContract, do: getTimesheets},
		{method: post, path: "/api/v1/timesheets/:id/approve", need: crm.MayReadContract, do: approving((*store.Store).ApproveTimesheet, weekVersion)},
		{method: post, path: "/api/v1/timesheets/:id/return", need: crm.MayReadContract, do: returning((*store.Store).ReturnTimesheet, weekVersion)},
	}
}

func timesheetPages() []route {
	return []route{
		{method: get, path: "/timesheet", need: session, do: pageTimesheet, page: true},
		{method: post, path: "/timesheet", need: session, do: formTimesheet, page: true},
		{method: get, path: "/timesheets", need: crm.MayReadContract, do: pageTimesheets, page: true},
		{method: post, path: "/timesheets", need: crm.MayReadContract, do: formTimesheetApproveAll, page: true},
		{method: post, path: "/timesheets/:id/approve", need: crm.MayReadContract, do: formTimesheetApprove, page: true},
		{method: post, path: "/timesheets/:id/return", need: crm.MayReadContract, do: formTimesheetReturn, page: true},
	}
}

var timesheetCalls = map[string]call{
	"GET /api/v1/timesheet/:week": call{tag: "People", summary: "Read your own week of hours", answers: map[int]any{200: timesheetRecord{}}}.header("ETag", "200").
		says("S082, S090", "The week as ISO 8601 writes it, 2026-W47; `has` are the hours of the working calendar less absences, Monday first. The ETag of a week that nobody has saved is 0."),
	"PUT /api/v1/timesheet/:week": call{tag: "People", summary: "Save your own week of hours", body: timesheetBody{}, answers: map[int]any{200: timesheetRecord{}}, refuses: []code{"timesheet_locked"}}.header("ETag", "200").matching().
		says("S082, S090", "The whole week at once, or nothing of it; all mistakes are told, each at its cell. With If-Match it is saved only as it was read."),
	"POST /api/v1/timesheet/:week/submit": call{tag: "People", summary: "Hand in your own week of hours", body: emptyBody{}, optional: true, answers: map[int]any{200: timesheetRecord{}}, refuses: []code{"timesheet_locked"}}.header("ETag", "200").matching().
		says("S082", "From then on it waits for a decision and does not change."),
	"GET /api/v1/timesheets": call{tag: "People", summary: "List the weeks of hours that wait for your decision", answers: map[int]any{200: page[timesheetRecord]{}}}.
		says("S082", "Of others, on projects that you manage or, as a sales manager, those of your people."),
	"POST /api/v1/timesheets/:id/approve": timesheetDecision("Approve a week of hours", emptyBody{}, true).may("project_closed").
		says("S082, S083", "Its cells become time entries of the projects at the cost rate of their days, each once. Never one's own. A refusal names the project that is closed."),
	"POST /api/v1/timesheets/:id/return": timesheetDecision("Return a week of hours", rejectBody{}, false).says("S082", "With the reason; it may be filled in again."),
}

// timesheetDecision describes what is decided about a week.
func timesheetDecision(summary string, body any, optional bool) call {
	return call{tag: "People", summary: summary, body: body, optional: optional, answers: map[int]any{200: crm.Timesheet{}}, refuses: []code{"self_approval", "timesheet_not_submitted"}}.
		header("ETag", "200").matching()
}
