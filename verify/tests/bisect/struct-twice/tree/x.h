struct dev { int id; };
