package crm

// CarryCustom gives the values that another kind of record takes over: those of fields that it has under the same name with the same type (S067).
func CarryCustom(values Custom, from, to string) (out Custom) {
	for _, name := range values.Names() {
		a, ok := CustomAt(CustomField{Record: from, Name: name}.Path())
		b, has := CustomAt(CustomField{Record: to, Name: name}.Path())
		if !ok || !has || a.Type != b.Type || b.Retired {
			continue
		}
		if _, err := b.Parse(values.Text(name), ""); err == nil {
			out.put(name, values[name])
		}
	}
	return out
}
