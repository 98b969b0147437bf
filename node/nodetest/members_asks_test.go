package nodetest

// ofMembers are the pages about the cluster's machines. Changes are asked for as
// the province's administrator would: the one machine there is to vote, which it
// does, and a second one is invited. At a ward nobody gets as far as the machine.
func (q asking) ofMembers(route string) []ask {
	switch route {
	case "GET /may/thanh-vien/:node":
		return q.get("/may/thanh-vien/" + q.ward.Node)
	case "GET /may/thanh-vien/:node/:act":
		return q.get("/may/thanh-vien/" + q.Province.Node + "/bau")
	case "POST /may/thanh-vien/:node/:act":
		return q.post("/may/thanh-vien/" + q.Province.Node + "/bau")
	case "POST /may/moi":
		return q.post(q.path, "node", "may-moi", "unit", q.Province.Unit, "password", castPassword)
	}
	return nil
}
