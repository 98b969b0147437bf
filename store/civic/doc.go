// Package civic is the domain: what a ward records in the campaign and the
// rules by which it changes. One file per noun holds the record, its commands
// with their Decide, and how it is found and counted.
//
// It is pure: no clock, no randomness, no files, no network, no floats, nothing
// that depends on map order. Time and identity come with the command and the
// view. It must not know how the register is stored, agreed on, shown or sent.
//
// Begin with table.go (the whole vocabulary on one page), then visit.go (a
// short noun), then policy.go (what holds for every command).
//
//	identifier   Vietnamese            note
//	Unit         đơn vị hành chính     province, cluster, ward, hamlet: data, not types
//	Household    hộ                    people behind one door
//	Resident     nhân khẩu             one person of the roster
//	Visit        lượt đến nhà          one attempt at one door
//	Application  hồ sơ                 a level-1 (later level-2) application
//	Activation   kích hoạt             the person has used the identity
//	Team         tổ công tác          officers who go from door to door together
//	Target       chỉ tiêu              a number assigned to a unit
//	Review       cần đối chiếu         what only a person can decide
//	Seal, Parcel niêm phong, chuyến    a range of the feed on its way to the province
//	Parked       treo                  a record the province refused
//	Looks        nhật ký lượt xem      who looked at whom, as one machine wrote it down
//	Day          ngày làm việc         how far the calendar has been opened
//	Merged       gộp                   an ID that turned out to be another person's
//	Pair         hai người khác nhau   two who look like one and are not
//	Rebuilt      dựng lại cụm          the cluster begun anew after most voters were lost
//	UnitPlan     phương án sắp xếp     wards merged, split, renamed: from which day
//	SavedList    danh sách đã lưu      a filter of the list of residents with a name
package civic
