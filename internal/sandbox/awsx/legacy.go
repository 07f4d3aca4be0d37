package awsx

import "slices"

// legacyKinds lists the subnet types in the order in which the legacy layout places them, with the smallest prefix
// length that it gives each. It never places an Unused spec.
var legacyKinds = []struct {
	kind string
	bits int
}{{private, 19}, {public, 20}, {isolated, 24}}

// legacy divides the network evenly among the zones. In each zone it places private, then public, then isolated
// subnets.
func (n network) legacy(specs []subnetSpec) ([]subnet, error) {
	if specs == nil {
		return n.legacyDefault()
	}
	var out []subnet
	for zone := range n.zones {
		base, err := n.block.part(bitsFor(len(n.zones)), zone)
		if err != nil {
			return nil, err
		}
		// Nothing is placed yet: the address before the zone stands for the last address used.
		last, placed := block{base.first() - 1, 32}, false
		for _, k := range legacyKinds {
			from := base
			if placed {
				from = last.next()
			}
			ofKind := slices.DeleteFunc(slices.Clone(specs), func(s subnetSpec) bool { return s.Type != k.kind })
			for j, spec := range ofKind {
				length := spec.mask(max(base.bits+min(len(specs)-1, 1), k.bits))
				b, err := from.part(length-from.bits, j)
				if err != nil {
					return nil, err
				}
				if b.overlaps(last) {
					b = last.after(length)
				}
				out = append(out, n.subnet(spec, zone, b))
				last, placed = b, true
			}
		}
	}
	return out, nil
}

// legacyDefault gives half of each zone to a private subnet and a quarter to a public one. It returns the private
// subnets of all zones before the public ones.
func (n network) legacyDefault() ([]subnet, error) {
	var private_, public_ []subnet
	for zone := range n.zones {
		base, err := n.block.part(bitsFor(len(n.zones)), zone)
		if err != nil {
			return nil, err
		}
		half, err := base.part(1, 0)
		if err != nil {
			return nil, err
		}
		quarter, err := half.next().part(1, 0)
		if err != nil {
			return nil, err
		}
		private_ = append(private_, n.subnet(subnetSpec{Type: private}, zone, half))
		public_ = append(public_, n.subnet(subnetSpec{Type: public}, zone, quarter))
	}
	return append(private_, public_...), nil
}
