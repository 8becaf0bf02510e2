package api

import (
	"strconv"

	"leadtocash/crm"
)

// responsePolicyBody is how soon salespeople get in touch with the leads that they are given, as a whole.
type responsePolicyBody struct {
	RemindPercent *int                 `json:"remind_percent" doc:"required;min=0;top=99;text=How much of the target is left when the owner is reminded; 0: he is not."`
	Passes        *int                 `json:"passes" doc:"required;min=0;top=10;text=How often a lead that nobody touched goes to the next before the sales manager is told."`
	Targets       []responseTargetBody `json:"targets" doc:"required;most=20;text=The first that fits a lead is its own; none fits: no clock runs."`
	Zones         []responseZoneBody   `json:"zones" doc:"text=Who works by other clocks than the company's."`
}

type responseTargetBody struct {
	Source     string `json:"source" doc:"max=200;text=Empty: from wherever."`
	LeastScore int    `json:"least_score" doc:"min=0;top=100"`
	Minutes    *int   `json:"minutes" doc:"required;min=1;top=120000;text=Of working time."`
}

type responseZoneBody struct {
	UserID crm.ID `json:"user_id" doc:"required"`
	Zone   string `json:"zone" doc:"required;text=IANA name, such as Europe/Warsaw."`
}

// responsePolicyRecord is how soon salespeople get in touch with the leads that they are given.
type responsePolicyRecord struct {
	RemindPercent int
	Passes        int
	Targets       []responseTargetRecord
	Zones         []responseZoneRecord
	Version       int
}

type responseTargetRecord struct {
	Source              string
	LeastScore, Minutes int
}

type responseZoneRecord struct {
	UserID crm.ID
	Zone   string
}

func responsePolicyView(p crm.ResponsePolicy) responsePolicyRecord {
	out := responsePolicyRecord{RemindPercent: p.RemindPercent, Passes: p.Passes, Version: p.Version, Targets: []responseTargetRecord{}, Zones: []responseZoneRecord{}}
	for _, t := range p.Targets {
		out.Targets = append(out.Targets, responseTargetRecord(t))
	}
	for _, z := range p.Zones {
		out.Zones = append(out.Zones, responseZoneRecord(z))
	}
	return out
}

func getResponsePolicy(r *request) error {
	p, err := r.store.ResponsePolicy(r.ctx())
	if err != nil {
		return err
	}
	return r.record(responsePolicyView(p), p.Version)
}

// putResponsePolicy changes the targets of leads that are given from now on (S066); a clock that runs keeps its own.
func putResponsePolicy(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b responsePolicyBody
	if err := r.decode(&b); err != nil {
		return err
	}
	next, err := b.policy()
	if err != nil {
		return err
	}
	p, err := r.store.EditResponsePolicy(r.ctx(), t, func(p *crm.ResponsePolicy) error {
		*p = next
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(responsePolicyView(p), p.Version)
}

func (b responsePolicyBody) policy() (p crm.ResponsePolicy, err error) {
	var c check
	number := func(pointer string, n *int, low, high int) int {
		if n == nil {
			c.fail(pointer, "required", nil)
			return low
		}
		c.between(pointer, *n, low, high)
		return *n
	}
	p.RemindPercent, p.Passes = number("/remind_percent", b.RemindPercent, 0, crm.MaxRemind), number("/passes", b.Passes, 0, crm.MaxPasses)
	if b.Targets == nil {
		c.fail("/targets", "required", nil)
	}
	for i, t := range b.Targets {
		at := "/targets/" + strconv.Itoa(i)
		c.line(at+"/source", &t.Source, maxName)
		c.between(at+"/least_score", t.LeastScore, 0, 100)
		p.Targets = append(p.Targets, crm.ResponseTarget{Source: t.Source, LeastScore: t.LeastScore, Minutes: number(at+"/minutes", t.Minutes, 1, crm.MaxTargetMinute)})
	}
	for i, z := range b.Zones {
		at := "/zones/" + strconv.Itoa(i)
		if z.UserID == "" {
			c.fail(at+"/user_id", "required", nil)
		}
		c.id(at+"/user_id", &z.UserID)
		c.required(at+"/zone", &z.Zone, 60)
		p.Zones = append(p.Zones, crm.ResponseZone{UserID: z.UserID, Zone: z.Zone})
	}
	if err := c.err(); err != nil {
		return p, err
	}
	return p, p.Check()
}

// leadDeskRoutes is the table of what the sales desk asks about leads: what to do next, and how soon people were got in touch with.
func leadDeskRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/leads-next", need: crm.MayReadLead, do: getLeadsNext},
		{method: get, path: "/api/v1/lead-responses", need: crm.MayReadLead, do: getLeadResponses},
		{method: get, path: "/leads/next", need: crm.MayReadLead, do: pageLeadsNext, page: true},
		{method: get, path: "/leads/response", need: crm.MayReadLead, do: pageLeadResponse, page: true},
		{method: post, path: "/leads/:id/contacts", need: crm.MayWriteLead, do: formLeadContact, page: true},
		{method: get, path: "/settings/response", need: crm.MayReadSettings, do: pageResponseSetting, page: true},
		{method: post, path: "/settings/response", need: crm.MayWriteSettings, do: formResponseSetting, page: true},
	}
}

// leadSettingRoutes is the table of what is set for them.
func leadSettingRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/lead-response-targets", need: crm.MayReadSettings, do: getResponsePolicy},
		{method: put, path: "/api/v1/lead-response-targets", need: crm.MayWriteSettings, do: putResponsePolicy},
	}
}

var leadDeskCalls = map[string]call{
	"GET /api/v1/leads-next": call{tag: "Leads", summary: "List what to do next with leads", answers: map[int]any{200: leadNextPage{}}, query: leadNextQuery}.
		says("S064, S066", "The most urgent first: the score, the response clock, when the person was last heard of, consent and the salesperson's word, each with its points."),
	"GET /api/v1/lead-responses": call{tag: "Leads", summary: "Measure how soon people get in touch with leads", answers: map[int]any{200: responseReport{}}, query: responseReportQuery}.
		says("S066", "By person, source or week (its Monday); the last row, without a key, is all together. Minutes of working time."),
	"GET /api/v1/lead-response-targets": reading("Settings", "Read how soon people get in touch with leads", responsePolicyRecord{}).says("S066", "In minutes of working time."),
	"PUT /api/v1/lead-response-targets": replacing("Settings", "Set how soon people get in touch with leads", responsePolicyBody{}, responsePolicyRecord{}).
		says("S066", "It counts for leads given from now on.").
		like(`{"remind_percent":25,"passes":2,"targets":[{"source":"website","least_score":60,"minutes":60},{"minutes":480}],"zones":[]}`),
}
