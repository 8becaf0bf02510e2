package crm

import (
	"regexp"
	"strconv"
)

// ServicePlan is what cases of some customers and contracts are promised instead of what everybody is (S086). A priority that it leaves out gets the
// general promise.
type ServicePlan struct {
	Key       string
	Name      string
	Levels    []ServiceLevel
	Accounts  []ID // for whose cases it holds
	Contracts []ID // for whose cases it holds, before the plan of their customer
}

// The bounds of the plans of a company.
const (
	MostServicePlans    = 50
	MostServicePlanUses = 500
)

var planKey = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,59}$`)

// CheckServicePlans cleans names and tells what is wrong, at /plans/<n>: required, already_used and unknown_value at /key and /name, those of
// ServiceLevel.Check at /levels/<n>, already_used at /accounts/<n> and /contracts/<n> for what another plan has, too_many.
func CheckServicePlans(plans []ServicePlan) error {
	var errs FieldErrors
	if len(plans) > MostServicePlans {
		errs.Add("/plans", Problem("too_many", "max", strconv.Itoa(MostServicePlans)))
	}
	seen := map[string]bool{}
	once := func(at, what string) {
		if seen[what] {
			errs.Add(at, Problem("already_used"))
		}
		seen[what] = true
	}
	for i := range plans {
		p, at := &plans[i], "/plans/"+strconv.Itoa(i)
		if !planKey.MatchString(p.Key) {
			errs.Add(at+"/key", Problem("unknown_value", "got", shorten(p.Key, 40)))
		}
		name, err := CleanText(p.Name, 60)
		errs.Add(at+"/name", err)
		if p.Name = name; name == "" && err == nil {
			errs.Add(at+"/name", Problem("required"))
		}
		once(at+"/key", "key "+p.Key)
		once(at+"/name", "name "+name)
		for n, l := range p.Levels {
			there := at + "/levels/" + strconv.Itoa(n)
			once(there+"/priority", "level "+p.Key+" "+string(l.Priority))
			for _, e := range l.Check() {
				errs.Add(there+e.Pointer, FieldError{Code: e.Code, Params: e.Params})
			}
		}
		if len(p.Accounts)+len(p.Contracts) > MostServicePlanUses {
			errs.Add(at+"/accounts", Problem("too_many", "max", strconv.Itoa(MostServicePlanUses)))
		}
		for n, id := range p.Accounts {
			once(at+"/accounts/"+strconv.Itoa(n), "account "+string(id))
		}
		for n, id := range p.Contracts {
			once(at+"/contracts/"+strconv.Itoa(n), "contract "+string(id))
		}
	}
	return errs.Err()
}
