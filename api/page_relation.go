package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// relationsTab reads the three sections of the Relations tab, and how we did against its competitors before.
func (r *request) relationsTab(p *dealPage) error {
	contacts, err := r.store.ContactChoices(r.ctx(), p.AccountID)
	if err != nil {
		return err
	}
	p.Contacts = chosen(r.say("form.choose"), contacts)
	p.Roles = enumOptions(r, r.say("form.none"), "contact_role", crm.ContactRoles())
	list, err := r.store.DealRelations(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	p.Relations, p.NoDecider = map[string][]crm.Relation{}, !p.DecisionMaker
	var names []string
	for _, rel := range list {
		p.Relations[rel.Kind] = append(p.Relations[rel.Kind], rel)
		p.NoDecider = p.NoDecider && rel.Role != crm.RoleDecisionMaker
		if rel.Kind == "competitor" {
			names = append(names, rel.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	rivals, err := r.store.Rivals(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), names...)
	p.Rivals = map[string]store.Rival{}
	for _, rival := range rivals {
		p.Rivals[strings.ToLower(rival.Name)] = rival
	}
	return err
}

// Sections are the three parts of the Relations tab (S025).
func (dealPage) Sections() []string { return crm.RelationKinds() }

// Rival is how we did against a competitor before.
func (p dealPage) Rival(name string) store.Rival { return p.Rivals[strings.ToLower(name)] }

// formRelation adds a person or company to one of the three sections of the Relations tab (S021-S025).
func formRelation(r *request) error {
	return dealForm(r, "relations", "relation_added", func(f *form, t store.Target) error {
		rel := crm.Relation{ID: store.NewID(), Kind: f.Value("kind")}
		r.readRelation(f, &rel)
		switch rel.Kind {
		case "contact":
			r.needed(f, "contact_id")
			rel.ContactID = optionalID(f.Value("contact_id"))
			if rel.ContactID != "" {
				c, err := r.store.ContactPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), rel.ContactID)
				if err != nil {
					return err
				}
				rel.Name = c.Name
			}
		case "partner", "competitor":
			r.needed(f, "name")
		default:
			f.blame("kind", r.say("form.required"))
		}
		if f.Failed() {
			return nil
		}
		_, err := r.store.AddRelation(r.ctx(), t, rel)
		return err
	})
}

// formRelationEdit changes what is known of a person or company on the deal.
func formRelationEdit(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return dealForm(r, "relations", "saved", func(f *form, t store.Target) error {
		var read crm.Relation
		r.readRelation(f, &read)
		if f.Failed() {
			return nil
		}
		_, err := r.store.EditRelation(r.ctx(), t, item, func(rel *crm.Relation) error {
			rel.Role, rel.Note, rel.Strengths, rel.Price, rel.Share = read.Role, read.Note, read.Strengths, read.Price, read.Share
			if read.Name != "" && rel.ContactID == "" {
				rel.Name = read.Name
			}
			return nil
		})
		return err
	})
}

func (r *request) readRelation(f *form, rel *crm.Relation) {
	rel.Name, rel.Role, rel.Note = clean(f.Value("name"), 200), clean(f.Value("role"), 100), clean(f.Value("note"), 1000)
	rel.Strengths, rel.Price, rel.Share = clean(f.Value("strengths"), maxStrengths), r.decimal(f, "price"), r.percent(f, "share").Round(2)
}

// rivalsPage is how we do against competitors.
type rivalsPage struct{ Rows []store.Rival }

// pageRivals shows wins and losses by competitor.
func pageRivals(r *request) error {
	rows, err := r.store.Rivals(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity))
	if err != nil {
		return err
	}
	return r.show(200, "competitors", r.say("rival.title"), rivalsPage{rows})
}
