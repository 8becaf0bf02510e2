package main

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// archive fills the demo's archive: folders with rights, a regulation that expires, terms that wait for approval, and a post.
func (d demo) archive(ctx context.Context, seller store.Viewer) error {
	ops, err := d.store.UserByEmail(ctx, "ops@demo.example")
	if err != nil {
		return err
	}
	v := store.Viewer{User: ops}
	folder := func(key, name string, readers, writers []string) error {
		_, err := d.store.SaveFolder(ctx, v, crm.Folder{ID: store.DemoID("folder/" + key), Name: name, Readers: readers, Writers: writers})
		return known(err)
	}
	sellers := []string{"role:salesperson", "role:sales_manager"}
	for _, err := range []error{folder("regulations", "Sales regulations", []string{}, []string{}), folder("brochures", "Brochures and catalogues", []string{}, sellers), folder("finance", "Terms", append([]string{"role:finance"}, sellers...), sellers)} {
		if err != nil {
			return err
		}
	}
	now, err := d.store.Now(ctx)
	if err != nil {
		return err
	}
	today := crm.DateOf(now, now.Location())
	add := func(by store.Viewer, key, title string, kind crm.DocumentKind, expires crm.Date, text string) error {
		_, err := d.store.AddDocument(ctx, by, crm.Document{ID: store.DemoID("document/" + key + title), RecordKind: crm.SubjectFolder, RecordID: store.DemoID("folder/" + key), Title: title, Kind: kind, ExpiresOn: expires},
			store.DocumentFile{Name: key + ".txt", MediaType: "text/plain", Bytes: []byte(text)})
		return known(err)
	}
	for _, err := range []error{
		add(v, "regulations", "Discounts and who may give them", "regulation", today.AddDays(9), "Salespeople give up to 10 %. Above that the head of sales decides.\n"),
		add(seller, "brochures", "Packing lines", "brochure", crm.Date{}, "Packing lines for 20 to 120 cartons a minute. Sensors, conveyors and a two-year guarantee.\n"),
		add(seller, "finance", "Terms of delivery", "contract", crm.Date{}, "Delivery ex works, 30 days net.\n"),
	} {
		if err != nil {
			return err
		}
	}
	_, err = d.store.AddNote(ctx, v, crm.Note{ID: store.DemoID("post/prices"), RecordKind: crm.SubjectCompany, Text: "The new price list holds from the first of next month. @sales please tell your customers."}, nil)
	return known(err)
}
