package crm

// DealView is a list of deals that somebody saved, for himself or for all.
type DealView struct {
	ID      ID
	OwnerID ID
	Name    string
	Query   string // of the list's address: columns, filter, sort; in the order of their names
	Shared  bool
	Version int
}

// DealColumns are the columns that a list of deals may show, in their usual order; the name is always there.
func DealColumns() []string {
	return []string{"number", "name", "account", "stage", "amount", "target", "close_date", "owner", "next_step", "pipeline", "stage_since", "created_at", "updated_at"}
}

// UsualDealColumns are shown until somebody chooses others.
func UsualDealColumns() []string {
	return []string{"number", "name", "account", "stage", "amount", "close_date", "owner", "next_step"}
}

// DealSorts are the columns that a list of deals may be sorted by.
func DealSorts() []string {
	return []string{"updated_at", "name", "amount", "target", "close_date", "stage_since", "created_at"}
}
