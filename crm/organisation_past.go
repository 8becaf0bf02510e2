package crm

import "slices"

// Held is to whom or what something belonged over time: a customer to his salesperson, a person to his team, a team to the one above.
type Held struct {
	Now ID         // from the last change on
	Was []HeldThen // by day
}

// HeldThen is what it belonged to before a day, since the change before.
type HeldThen struct {
	Until Date // exclusive
	ID    ID
}

// On is what it belonged to at the end of a day.
func (h Held) On(day Date) ID {
	for _, was := range h.Was {
		if day.Before(was.Until) {
			return was.ID
		}
	}
	return h.Now
}

// OrganisationPast is who belonged where at each date (S101). What is not in a map belonged to nobody.
type OrganisationPast struct {
	Owners map[ID]Held // of customers
	Teams  map[ID]Held // of people
	Above  map[ID]Held // of teams

	turns []Date // days on which people or teams changed places
}

// OwnerOn is the salesperson of a customer on a day.
func (o *OrganisationPast) OwnerOn(account ID, day Date) ID { return o.Owners[account].On(day) }

// TeamsOn are the teams of a person on a day, his own first, then those above it. A circle ends where it closes.
func (o *OrganisationPast) TeamsOn(user ID, day Date) (out []ID) {
	if user == "" {
		return nil
	}
	for t := o.Teams[user].On(day); t != "" && !slices.Contains(out, t); t = o.Above[t].On(day) {
		out = append(out, t)
	}
	return out
}

// stretches cuts a period wherever the customer's owner, or anybody's place, changed within it.
func (o *OrganisationPast) stretches(account ID, p Period) (out []Period) {
	if o.turns == nil {
		o.turns = []Date{}
		for _, places := range []map[ID]Held{o.Teams, o.Above} {
			for _, h := range places {
				for _, was := range h.Was {
					o.turns = append(o.turns, was.Until)
				}
			}
		}
		slices.SortFunc(o.turns, compareDates)
		o.turns = slices.Compact(o.turns)
	}
	cuts := slices.Clone(o.turns)
	for _, was := range o.Owners[account].Was {
		cuts = append(cuts, was.Until)
	}
	return p.Cut(cuts)
}
