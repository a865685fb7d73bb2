// Rowscope
