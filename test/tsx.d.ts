/** tsx states its types in a way that this resolution of modules does not read. */
declare module 'tsx/cjs';
