package crm

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
