package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// folderBody is a folder of the archive as it is made or patched.
type folderBody struct {
	Name     opt[string]   `json:"name" doc:"max=100"`
	ParentID opt[crm.ID]   `json:"parent_id" doc:"text=The folder that it lies in; null: it is at the top."`
	Readers  opt[[]string] `json:"readers" doc:"most=50;text=Roles and teams, role:finance or team:<id>; none: whoever reads the folder above."`
	Writers  opt[[]string] `json:"writers" doc:"most=50;text=So; none: whoever writes in the folder above, at the top who manages the archive."`
}

func (b folderBody) apply(f *crm.Folder) error {
	var c check
	set(b.Name, &f.Name)
	set(b.ParentID, &f.ParentID)
	set(b.Readers, &f.Readers)
	set(b.Writers, &f.Writers)
	c.required("/name", &f.Name, 100)
	c.id("/parent_id", &f.ParentID)
	for at, list := range map[string]*[]string{"/readers": &f.Readers, "/writers": &f.Writers} {
		if *list == nil {
			*list = []string{}
		}
		if len(*list) > 50 {
			c.fail(at, "too_many", params{"max": 50})
		}
	}
	return c.err()
}

// folderList is the whole tree, each folder after the one above it.
type folderList struct {
	Data []crm.Folder `json:"data"`
}

func getFolders(r *request) error {
	rows, err := r.store.Folders(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	out := folderList{[]crm.Folder{}}
	for _, f := range rows {
		out.Data = append(out.Data, f.Folder)
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func postFolder(r *request) error {
	var b folderBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var f crm.Folder
	if err := b.apply(&f); err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.Folder, error) {
		row, err := r.store.Folder(r.ctx(), r.viewer(), id)
		return row.Folder, err
	}, func(id crm.ID) (crm.Folder, error) {
		f.ID = id
		return r.saveFolder(f)
	}, func(f crm.Folder) error { return r.JSON(http.StatusCreated, r.view(f)) })
}

// saveFolder saves a folder; two of one name beside each other are refused at the name.
func (r *request) saveFolder(f crm.Folder) (crm.Folder, error) {
	f, err := r.store.SaveFolder(r.ctx(), r.viewer(), f)
	if taken, ok := errors.AsType[store.Taken](err); ok && taken.Constraint == "document_folder_name" {
		err = refusal(codeValidation, invalid("/name", "already_used", nil))
	}
	return f, err
}

func patchFolder(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b folderBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	row, err := r.store.Folder(r.ctx(), r.viewer(), t.ID)
	if err != nil {
		return err
	}
	if t.Version != 0 && t.Version != row.Version {
		return store.Stale{Version: row.Version}
	}
	f := row.Folder
	if err := b.apply(&f); err != nil {
		return err
	}
	if f, err = r.saveFolder(f); err != nil {
		return err
	}
	return r.record(f, f.Version)
}

func deleteFolder(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.RemoveFolder(r.ctx(), r.viewer(), t.ID); err != nil {
		return err
	}
	return r.NoContent()
}
