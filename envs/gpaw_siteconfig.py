"""How `make engines` compiles GPAW: on one core, with OpenBLAS and FFTW."""

compiler = "gcc"
mpi = False
scalapack = False
fftw = True
libraries = ["xc", "openblas", "fftw3"]
