package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// capacityWeeks is how far ahead people are looked at.
const capacityWeeks = 8

// capacityRecord is a person with his weeks.
type capacityRecord struct {
	UserID crm.ID
	Name   string
	Weeks  []crm.WeekHours
}

// capacityPage sets what people have beside what is planned for them, and names the conflicts (S082, S090).
type capacityPage struct {
	Weeks     []crm.Date // their Mondays
	Rows      []store.CapacityRow
	Conflicts []capacityConflict
}

// capacityConflict is a week in which more is planned for a person than he has.
type capacityConflict struct {
	Name  string
	Week  crm.WeekHours
	Tasks []store.CapacityTask
}

func getCapacity(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	rows, _, err := r.store.Capacity(r.ctx(), today, capacityWeeks)
	if err != nil {
		return err
	}
	out := page[capacityRecord]{Data: []capacityRecord{}}
	for _, row := range rows {
		out.Data = append(out.Data, capacityRecord{row.ID, row.Name, row.Weeks})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func pageCapacity(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	p := capacityPage{}
	var tasks map[crm.ID]store.CapacityTask
	if p.Rows, tasks, err = r.store.Capacity(r.ctx(), today, capacityWeeks); err != nil {
		return err
	}
	for i := range capacityWeeks {
		p.Weeks = append(p.Weeks, today.Monday().AddDays(7*i))
	}
	for _, row := range p.Rows {
		for _, w := range row.Weeks {
			if w.Over() {
				c := capacityConflict{Name: row.Name, Week: w}
				for _, id := range w.Tasks {
					c.Tasks = append(c.Tasks, tasks[id])
				}
				p.Conflicts = append(p.Conflicts, c)
			}
		}
	}
	return r.show(http.StatusOK, "capacity", r.say("capacity.title"), p)
}
