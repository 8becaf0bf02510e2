package api

import (
	"net/http"

	"leadtocash/crm"
)

// closingBody says for which items of the list somebody vouches.
type closingBody struct {
	Ticks map[string]bool `json:"ticks" doc:"required;text=By their keys; false takes one back."`
}

// closingItemsBody is what is vouched for before contracts close.
type closingItemsBody struct {
	Items []closingItemBody `json:"items" doc:"required;most=30"`
}

// closingItemBody is one of these items.
type closingItemBody struct {
	Key  string `json:"key" doc:"required;max=40;text=Small letters, digits and underscores."`
	Name string `json:"name" doc:"required;max=200"`
}

// closingItemsRecord is the setting as it stands.
type closingItemsRecord struct {
	Items   []crm.ClosingItem
	Version int
}

// closingRecord is what a contract has to have behind it before it closes.
type closingRecord struct {
	crm.Closing
	Open bool // something is left
}

func closingView(c crm.Closing) closingRecord {
	_, open := c.Left()
	return closingRecord{c, open}
}

func getClosing(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	v, err := r.store.Closing(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(closingView(v)))
}

// postClosing notes what a person vouches for (S088).
func postClosing(r *request) error {
	if _, err := r.contract(); err != nil {
		return err
	}
	t, err := r.target()
	if err != nil {
		return err
	}
	var b closingBody
	if err := r.decode(&b); err != nil {
		return err
	}
	if len(b.Ticks) == 0 {
		return refusal(codeValidation, invalid("/ticks", "required", nil))
	}
	v, err := r.store.TickClosing(r.ctx(), t, b.Ticks)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(closingView(v)))
}

func getClosingItems(r *request) error {
	items, version, err := r.store.ClosingItems(r.ctx())
	if err != nil {
		return err
	}
	return r.record(closingItemsRecord{items, version}, version)
}

func putClosingItems(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b closingItemsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	if b.Items == nil {
		return refusal(codeValidation, invalid("/items", "required", nil))
	}
	items := make([]crm.ClosingItem, len(b.Items))
	for i, x := range b.Items {
		items[i] = crm.ClosingItem(x)
	}
	items, version, err := r.store.EditClosingItems(r.ctx(), t, items)
	if err != nil {
		return err
	}
	return r.record(closingItemsRecord{items, version}, version)
}
