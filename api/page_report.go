package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// reportHead is what every report on deals shows above its figures: what it is about, and where it is as a link and as a file.
type reportHead struct {
	Name      string // of the report: stages, paths, loss, activity, margin
	Path      string
	Form      form
	Self      string // its address, with all that makes it what it is
	CSV       string
	Groups    []option // ways to group; none where there is one
	By        string
	Pipelines []option // none where there is only one
	Owners    []option
	Teams     []option
	at        url.Values
}

// report is a report on deals under way.
type report struct {
	reportHead
	*request
	filter store.ReportFilter
	set    *rules.Set // the pipeline that it is about
	scope  store.Scope
}

// reportNames are the reports on deals, in their order.
var reportNames = []string{"stages", "paths", "loss", "activity", "margin"}

// beginReport reads from the address what a report is about. One on stages is about one pipeline, the first unless another is asked for.
func (r *request) beginReport(name string, groups []string, pipeline bool) (*report, error) {
	period, err := r.reportPeriod()
	if err != nil {
		return nil, err
	}
	set, err := r.pipeline()
	if err != nil {
		return nil, err
	}
	q := r.gin.Request.URL.Query()
	p := &report{request: r, scope: store.ScopeOf(r.user, crm.MayReadOpportunity)}
	p.Name, p.Path, p.By = name, "/reports/"+name, known(q.Get("by"), groups)
	if p.By == "" && len(groups) > 0 {
		p.By = groups[0]
	}
	key := clean(q.Get("pipeline"), 60)
	p.set = set
	for _, s := range set.Pipelines() {
		if s.Key() == key || pipeline && key == "" {
			p.set, key = s, s.Key()
			break
		}
	}
	p.filter = store.ReportFilter{From: period.From, Until: period.Until, Zone: r.srv.screens().zone().String(), Pipeline: key, Owner: optionalID(q.Get("owner")), Team: optionalID(q.Get("team"))}
	for _, s := range p.set.Stages() {
		p.filter.Order = append(p.filter.Order, s.Key)
		if s.Kind == rules.StageLost {
			p.filter.Lost = append(p.filter.Lost, s.Key)
		}
	}
	p.at = period.query(q, "owner", "team")
	if key != "" {
		p.at.Set("pipeline", key)
	}
	if p.By != "" {
		p.at.Set("by", p.By)
	}
	p.Self = p.Path + "?" + p.at.Encode()
	p.CSV = p.Self + "&as=csv"
	p.Form = values("from", period.From.String(), "until", period.Until.String(), "by", p.By, "pipeline", key, "owner", string(p.filter.Owner), "team", string(p.filter.Team))
	for _, g := range groups {
		p.Groups = append(p.Groups, option{g, r.say("report.group." + g)})
	}
	return p, p.choices(set, pipeline)
}

func (p *report) choices(set *rules.Set, one bool) error {
	if all := set.Pipelines(); len(all) > 1 {
		if !one {
			p.Pipelines = []option{{"", p.say("filter.all")}}
		}
		for _, s := range all {
			p.Pipelines = append(p.Pipelines, option{s.Key(), worded(s.Name(), p.language, s.Key())})
		}
	}
	people, err := p.store.SellerChoices(p.ctx())
	if err != nil {
		return err
	}
	p.Owners = chosen(p.say("filter.all"), people)
	p.Teams, err = p.teamOptions()
	return err
}

// wantsFile tells whether the report is asked for as a file.
func (p *report) wantsFile() bool { return p.gin.Query("as") == "csv" }

// rows is the address of the deals, or activities, behind a number.
func (p *report) rows(of string, pairs ...string) string {
	q := url.Values{"report": {of}}
	for name, v := range p.at {
		q[name] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/reports/rows?" + q.Encode()
}

// stageName is a stage in the reader's words, else its key.
func (p *report) stageName(key string) string {
	s, _ := p.set.Stage(key)
	return worded(s.Name, p.language, key)
}

// monthOf is a month, 2026-11, as people write it.
func (r *request) monthOf(key string) string {
	day, err := crm.ParseDate(key + "-01")
	if err != nil {
		return key
	}
	return r.words().Month(day)
}

// number is a number of days to one decimal, as the reader writes it.
func (p *report) number(d float64) string {
	return p.words().Number(decimal.NewFromFloat(d).Round(1), i18n.AsGiven)
}

// plainDays is a number of days for a file.
func plainDays(d float64) string { return decimal.NewFromFloat(d).Round(2).String() }

// pageReports is where the reports are found.
func pageReports(r *request) error {
	type link struct{ URL, Title, Text string }
	var links []link
	for _, name := range reportNames {
		if name != "margin" || r.user.Sees("opportunity.cost") {
			links = append(links, link{"/reports/" + name, r.say("report." + name), r.say("report.hint." + name)})
		}
	}
	for _, x := range []struct {
		url, title, hint string
		need             crm.Permission
	}{
		{"/forecast/stages", "outlook.by_stage_month", "report.hint.pipeline", crm.MayReadOpportunity},
		{"/leads/report", "lead_report.title", "report.hint.leads", crm.MayReadLead},
		{"/leads/response", "response.report", "report.hint.response", crm.MayReadLead},
		{"/competitors", "rival.title", "report.hint.rivals", crm.MayReadOpportunity},
		{"/handoffs/report", "handoff.report", "report.hint.handoffs", crm.MayReadOpportunity},
		{"/reports/care", "care_report.title", "report.hint.care", crm.MayReadCase},
		{"/care/report", "care.report", "report.hint.satisfaction", crm.MayReadCase},
	} {
		if r.Can(x.need) {
			links = append(links, link{x.url, r.say(x.title), r.say(x.hint)})
		}
	}
	return r.show(http.StatusOK, "reports", r.say("nav.reports"), links)
}

// sums are amounts by currency in words, that of the company first.
func (p *report) sums(by map[string]decimal.Decimal) string {
	var out []string
	for currency := range by {
		out = append(out, currency)
	}
	home := p.currency()
	slices.SortFunc(out, func(a, b string) int {
		if (a == home) != (b == home) {
			return map[bool]int{true: -1, false: 1}[a == home]
		}
		return strings.Compare(a, b)
	})
	for i, currency := range out {
		out[i] = p.words().Money(by[currency], crm.Currency(currency))
	}
	return strings.Join(out, " + ")
}
